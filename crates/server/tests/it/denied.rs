//! Processes to which the system says no: as a disk would that fails, but without one and for everybody who runs tests.

use std::io;
use std::process::{Command, Output};

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};

use crate::process::Process;

/// A system call that fails, always or where one of its rules holds, with this error.
pub(crate) struct Denied {
    calls: Vec<(i64, Vec<SeccompRule>)>,
    error: io::Error,
}

impl Denied {
    /// A disk that takes what is written and loses it.
    pub(crate) fn syncing() -> Self {
        Self {
            calls: vec![(libc::SYS_fsync, vec![]), (libc::SYS_fdatasync, vec![])],
            error: io::Error::from_raw_os_error(libc::EIO),
        }
    }

    /// A file system that is mounted to be read.
    pub(crate) fn writing() -> Self {
        let opened_for = |mode: libc::c_int| {
            let for_what = SeccompCmpOp::MaskedEq(bits(libc::O_ACCMODE));
            let condition = SeccompCondition::new(2, SeccompCmpArgLen::Dword, for_what, bits(mode));
            SeccompRule::new(vec![condition.unwrap()]).unwrap()
        };
        let opened = vec![opened_for(libc::O_WRONLY), opened_for(libc::O_RDWR)];
        Self {
            calls: vec![(libc::SYS_openat, opened)],
            error: io::Error::from_raw_os_error(libc::EROFS),
        }
    }

    /// Starts `command`, a server, so.
    pub(crate) fn serve(self, command: Command) -> Process {
        self.apart(|| Process::start_command(command))
    }

    /// Runs `command` to its end so.
    pub(crate) fn run(self, mut command: Command) -> Output {
        self.apart(|| command.output().unwrap())
    }

    /// Runs `start` on a thread of its own: what a thread may not do, nor may the processes that it starts.
    fn apart<T: Send>(self, start: impl FnOnce() -> T + Send) -> T {
        let error = SeccompAction::Errno(self.error.raw_os_error().unwrap().cast_unsigned());
        let arch = std::env::consts::ARCH.try_into().unwrap();
        let calls = self.calls.into_iter().collect();
        let filter = SeccompFilter::new(calls, SeccompAction::Allow, error, arch).unwrap();
        let filter: BpfProgram = filter.try_into().unwrap();
        std::thread::scope(|scope| {
            let started = scope.spawn(|| {
                apply_filter(&filter).unwrap();
                start()
            });
            started.join().unwrap()
        })
    }
}

fn bits(flags: libc::c_int) -> u64 {
    flags.cast_unsigned().into()
}
