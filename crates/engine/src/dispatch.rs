//! The life of a request: route, authenticate, decode, hand over to its operation, encode.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use bytes::Bytes;
use domain::{AccountId, Fault, Region, Time};
use futures_util::FutureExt as _;
use http::{Response, request::Parts};
use identity::{Claim, SigningKeys};
use shapes::{ErrorAnswer, Service, ServiceDescription};
use store::Store;
use tokio::sync::Notify;
use tracing::Level;
use uuid::Uuid;
use wire::{AnswerBody, Call, Envelope, ErrorEnvelope};

use crate::{
    Clock, ClockChange, ClockReading, CutConnection, Cx, FaultRules, Fresh, InvalidClockChange, Limits,
    NewAccount, Randomness, Refused, SharedRecorder, SystemClock, SystemRandomness,
    abandonment::Unanswered,
    access,
    authenticate::{CredentialCache, Unauthenticated, authenticate},
    fault_answer, log,
    long_answers::LongAnswers,
    meters::Meters,
    operations::handler_of,
    page::PageKey,
};

/// The services that are answered, each with its own operations.
static SERVICES: [&ServiceDescription; 4] = [
    &shapes::service_catalog::DESCRIPTION,
    &shapes::organizations::DESCRIPTION,
    &shapes::sts::DESCRIPTION,
    &shapes::iam::DESCRIPTION,
];

/// Who is believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Whoever signed with a key of this server.
    #[default]
    Enforced,
    /// Anybody, for tests.
    Open,
}

/// How an engine works.
#[derive(Clone)]
pub struct EngineOptions {
    /// Quotas and delays.
    pub limits: Limits,
    /// Who is believed.
    pub auth: Auth,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where new ids and secrets come from.
    pub randomness: Arc<dyn Randomness>,
    /// Who keeps what the engine measures.
    pub recorder: SharedRecorder,
    /// What goes wrong on purpose; `None` where nothing can.
    pub faults: Option<Arc<FaultRules>>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            auth: Auth::default(),
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            recorder: Arc::new(metrics::NoopRecorder),
            faults: None,
        }
    }
}

/// An engine, and the account it made if this was the store's first start.
pub struct Opened {
    /// The engine.
    pub engine: Engine,
    /// The management account's key.
    pub first_start: Option<NewAccount>,
}

/// The service over one store. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    auth: Auth,
    clock: Arc<dyn Clock>,
    fresh: Fresh,
    limits: Arc<Limits>,
    management: AccountId,
    page_key: Arc<PageKey>,
    signing_keys: SigningKeys,
    credentials: CredentialCache,
    job_recorded: Notify,
    meters: Meters,
    serving: AtomicUsize,
    long_answers: LongAnswers,
    faults: Option<Arc<FaultRules>>,
}

/// An answer, and the name of the error that it tells of.
pub(crate) type Answered = (Response<AnswerBody>, Option<&'static str>);

impl Engine {
    /// The engine over `store`. The first on a store creates the management account.
    pub async fn open(store: Store, options: EngineOptions) -> Result<Opened, Fault> {
        let fresh = Fresh::new(options.randomness);
        let machine = options.clock.now();
        let now = options
            .faults
            .as_ref()
            .map_or(machine, |it| it.clock().now(machine));
        let (ids, latest) = (fresh.clone(), now.after(options.limits.clock_skew_max));
        let installed = store.step(move |tx| {
            // A clock that somebody had set ahead is back: nothing waits for it to get there again.
            tx.pull_in_jobs(now, latest)?;
            access::install(tx, &ids, now)
        });
        let (installation, first_start) = installed.await??;
        let meters = Meters::new(&options.recorder);
        store.observe(Arc::new(meters.store.clone()));
        let inner = Inner {
            store,
            auth: options.auth,
            clock: options.clock,
            fresh,
            limits: Arc::new(options.limits),
            management: installation.management,
            page_key: Arc::new(PageKey::new(installation.page_token_key)),
            signing_keys: SigningKeys::default(),
            credentials: CredentialCache::default(),
            job_recorded: Notify::new(),
            meters,
            serving: AtomicUsize::new(0),
            long_answers: LongAnswers::default(),
            faults: options.faults,
        };
        Ok(Opened {
            engine: Self {
                inner: Arc::new(inner),
            },
            first_start,
        })
    }

    /// Answers a request, whatever it is. Never fails and never panics.
    pub async fn answer(&self, head: &Parts, body: Bytes) -> Response<AnswerBody> {
        let request_id = Uuid::new_v4();
        let _served = self.begin_serving();
        let unanswered = Unanswered::new(&self.meters().requests, request_id);
        let serving = AssertUnwindSafe(self.serve(head, &body, request_id)).catch_unwind();
        let served = serving.await;
        unanswered.answered();
        served.unwrap_or_else(|panic| {
            log::panicked(request_id, &*panic);
            let failure = ErrorAnswer {
                code: "InternalFailure",
                message: "The request could not be processed.",
                reason: None,
                status: 500,
            };
            self.refuse(Refused::Failure, Self::guess(head), &failure, request_id)
        })
    }

    /// Answers a request that is not looked at, for `reason`: its body is too large or did not arrive, or there are too
    /// many at once. Clients send it again where that may help.
    pub fn turn_away(&self, head: &Parts, reason: Refused) -> Response<AnswerBody> {
        let fault = match reason {
            Refused::TooLarge => {
                Fault::new("RequestEntityTooLargeException", "The request body is too large.")
            }
            Refused::Incomplete => Fault::new("RequestTimeoutException", "The request body did not arrive."),
            _ => Fault::service_unavailable("Too many requests are being answered. Try again."),
        };
        let envelope = Self::guess(head);
        let answer = fault_answer::of_fault(&fault, envelope.style(), None);
        self.refuse(reason, envelope, &answer, Uuid::new_v4())
    }

    /// Answers a request for which there is no engine just now. Clients send it again.
    pub fn absent(head: &Parts) -> Response<AnswerBody> {
        let fault = Fault::service_unavailable("The store cannot be reached. Try again.");
        let envelope = Self::guess(head);
        let answer = fault_answer::of_fault(&fault, envelope.style(), None);
        let request_id = Uuid::new_v4();
        log::refused(request_id, Refused::Failure, &answer);
        told(envelope, &answer, &request_id.to_string())
    }

    /// Closes the store if this is its last clone, and hands the engine back otherwise. Blocks.
    pub fn close(self) -> Result<(), Self> {
        match Arc::try_unwrap(self.inner) {
            Ok(inner) => {
                drop(inner);
                Ok(())
            }
            Err(inner) => Err(Self { inner }),
        }
    }

    /// The answer to a request that no operation answers.
    fn refuse(
        &self,
        reason: Refused,
        errors: ErrorEnvelope,
        error: &ErrorAnswer<'_>,
        request_id: Uuid,
    ) -> Response<AnswerBody> {
        self.meters().requests.refused(reason);
        log::refused(request_id, reason, error);
        told(errors, error, &request_id.to_string())
    }

    /// Makes an account outside any organization, with the key of its user `admin`.
    ///
    /// # Errors
    ///
    /// `DuplicateResourceException` if there is an account `id` already.
    pub async fn create_account(&self, id: Option<AccountId>) -> Result<NewAccount, Fault> {
        let (now, fresh) = (self.now(), self.fresh().clone());
        self.store()
            .step(move |tx| access::create_account(tx, &fresh, id.as_ref(), now))
            .await?
    }

    /// The key of the management account's user `admin`: for writing it out again where a crash at the first start
    /// kept it from being written.
    pub async fn management_key(&self) -> Result<Option<NewAccount>, Fault> {
        let management = self.management().clone();
        self.store()
            .read(move |tx| access::admin_key(tx, &management))
            .await?
    }

    /// What goes wrong on purpose; `None` where nothing can.
    pub fn faults(&self) -> Option<&Arc<FaultRules>> {
        self.inner.faults.as_ref()
    }

    /// What the clock shows that operations see; `None` where it cannot be set.
    pub fn clock(&self) -> Option<ClockReading> {
        let faults = self.faults()?;
        Some(faults.clock().reading(self.machine_now()))
    }

    /// Changes the clock that operations see, and returns what it shows then; `None` where it cannot be set. What is due
    /// then is done.
    ///
    /// # Errors
    ///
    /// Says why the clock cannot be set to that.
    pub fn change_clock(&self, change: &ClockChange) -> Option<Result<ClockReading, InvalidClockChange>> {
        let faults = self.faults()?;
        let changed = faults.clock().change(change, self.machine_now());
        self.wake_jobs();
        Some(changed)
    }

    /// Looks after jobs at once: something that they wait for has changed.
    pub fn wake_jobs(&self) {
        self.inner.job_recorded.notify_one();
    }

    /// Whether the store answers.
    pub async fn is_ready(&self) -> bool {
        matches!(
            self.store().read(|tx| tx.find_installation()).await,
            Ok(Ok(Some(_)))
        )
    }

    fn guess(head: &Parts) -> ErrorEnvelope {
        let claim = Claim::of(&head.method, &head.uri, &head.headers).ok();
        ErrorEnvelope::guess(
            &head.uri,
            &head.headers,
            claim.as_ref().map(|it| it.service()),
            &SERVICES,
        )
    }

    async fn serve(&self, head: &Parts, body: &[u8], request_id: Uuid) -> Response<AnswerBody> {
        let begun = Instant::now();
        let claim = Claim::of(&head.method, &head.uri, &head.headers);
        let signing_name = claim.as_ref().ok().map(|it| it.service());
        let envelope = match Envelope::of(&head.method, &head.uri, &head.headers, signing_name, &SERVICES) {
            Ok(envelope) => envelope,
            Err(error) => {
                let guess = ErrorEnvelope::guess(&head.uri, &head.headers, signing_name, &SERVICES);
                return self.refuse(Refused::Unrouted, guess, &error.answer(), request_id);
            }
        };
        let refused = |refusal: &identity::Refusal| {
            log::disbelieved(request_id, refusal);
            let errors = envelope.error_envelope();
            let message = refusal.to_string();
            let answer = fault_answer::of_refusal(refusal, &message, errors.style());
            self.refuse(Refused::Signature, errors, &answer, request_id)
        };
        let claim = match claim {
            Ok(claim) => claim,
            Err(refusal) => return refused(&refusal),
        };
        let failed = |reason: Refused, fault: &Fault| {
            log::failed(request_id, fault);
            let errors = envelope.error_envelope();
            let answer = fault_answer::of_fault(fault, errors.style(), envelope.service());
            self.refuse(reason, errors, &answer, request_id)
        };
        let now = self.now();
        let caller = match authenticate(self, &claim, body, now).await {
            Ok(caller) => caller,
            Err(Unauthenticated::Refused(refusal)) => return refused(&refusal),
            Err(Unauthenticated::Failed(fault)) => return failed(Refused::Failure, &fault),
        };
        let Some(region) = Region::parse(claim.region()) else {
            let fault = Fault::validation("The region of the request's signature is not one.");
            return failed(Refused::Signature, &fault);
        };
        let call = match envelope.call(body) {
            Ok(call) => call,
            Err(error) => {
                let errors = envelope.error_envelope();
                return self.refuse(Refused::Malformed, errors, &error.answer(), request_id);
            }
        };
        let cx = Cx {
            caller,
            region,
            now,
            request_id,
            fresh: self.fresh().clone(),
            limits: Arc::clone(&self.inner.limits),
            page_key: Arc::clone(&self.inner.page_key),
        };
        // Nobody else needs the caller once the operation has it.
        let told_of = tracing::enabled!(target: log::TARGET, Level::DEBUG)
            .then(|| (cx.account().clone(), cx.region().clone()));
        let (answer, error) = match self.faults() {
            None => self.carry_out(cx, &call).await,
            Some(faults) => self.carry_out_under(faults, cx, &call).await,
        };
        let requests = &self.meters().requests;
        requests.answered(call.route, begun, answer.status(), error);
        if let Some((account, region)) = told_of {
            let was_sent = answer.extensions().get::<CutConnection>().is_none();
            tracing::debug!(
                target: log::TARGET,
                service = call.route.service.signing_name,
                operation = call.route.operation.name,
                %account,
                %region,
                // A connection that a fault rule cuts has none: its error says so.
                status = was_sent.then(|| answer.status().as_u16()),
                error,
                %request_id,
                // As a number: JSON has no place for one of 128 bits.
                microseconds = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
                "answered"
            );
        }
        answer
    }
}

/// What the rest of the engine does with a request.
impl Engine {
    /// Carries `call` out, and encodes what comes of it.
    pub(crate) async fn carry_out(&self, cx: Cx, call: &Call<'_>) -> Answered {
        let request_id = cx.request_id();
        let handler = handler_of(call.route.operation);
        match handler(self, cx, call.route, &call.input).await {
            Ok(answer) => (answer, None),
            Err(fault) => {
                log::failed(request_id, &fault);
                let errors = call.route.error_envelope();
                let service = call.route.operation.service.description();
                let answer = fault_answer::of_fault(&fault, errors.style(), Some(service));
                (told(errors, &answer, &request_id.to_string()), Some(fault.code()))
            }
        }
    }
}

/// A request that is being served, counted as long as this lives.
pub(crate) struct Serving<'e>(&'e AtomicUsize);

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the rest of the engine uses of it.
impl Engine {
    /// Counts one more request as being served, as long as what is returned lives.
    pub(crate) fn begin_serving(&self) -> Serving<'_> {
        self.inner.serving.fetch_add(1, Ordering::Relaxed);
        Serving(&self.inner.serving)
    }

    /// How many requests are being served.
    pub fn requests_in_flight(&self) -> usize {
        self.inner.serving.load(Ordering::Relaxed)
    }

    /// Whether any request is being served.
    pub(crate) fn is_serving(&self) -> bool {
        self.requests_in_flight() > 0
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn auth(&self) -> Auth {
        self.inner.auth
    }

    /// The time that operations see.
    pub(crate) fn now(&self) -> Time {
        let machine = self.machine_now();
        self.faults().map_or(machine, |it| it.clock().now(machine))
    }

    /// The time of the machine, which nobody sets: for signatures and leases.
    pub(crate) fn machine_now(&self) -> Time {
        self.inner.clock.now()
    }

    pub(crate) fn fresh(&self) -> &Fresh {
        &self.inner.fresh
    }

    pub(crate) fn limits(&self) -> &Arc<Limits> {
        &self.inner.limits
    }

    pub(crate) fn management(&self) -> &AccountId {
        &self.inner.management
    }

    pub(crate) fn signing_keys(&self) -> &SigningKeys {
        &self.inner.signing_keys
    }

    pub(crate) fn credentials(&self) -> &CredentialCache {
        &self.inner.credentials
    }

    pub(crate) fn long_answers(&self) -> &LongAnswers {
        &self.inner.long_answers
    }

    pub(crate) fn meters(&self) -> &Meters {
        &self.inner.meters
    }

    pub(crate) fn job_recorded(&self) -> &Notify {
        &self.inner.job_recorded
    }
}

/// The answer that tells of an error.
fn told(errors: ErrorEnvelope, error: &ErrorAnswer<'_>, request_id: &str) -> Response<AnswerBody> {
    errors.answer(error, request_id).map(AnswerBody::from)
}

/// The description of every service is in the table, in the order of [`Service::ALL`].
const _: () = assert!(SERVICES.len() == Service::ALL.len());
