use std::time::Duration;

use clap::Parser as _;

use super::*;

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    flags: ServeFlags,
}

fn settings(arguments: &[&str]) -> Result<Settings, Failure> {
    let line = [&["serve"], arguments].concat();
    Line::try_parse_from(line).unwrap().flags.settings()
}

/// The settings of a command line with a file that holds `toml`.
fn settings_with_file(toml: &str, arguments: &[&str]) -> Result<Settings, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chandlery.toml");
    std::fs::write(&file, toml).unwrap();
    settings(&[&["--config", file.to_str().unwrap()], arguments].concat())
}

fn refusal(settings: Result<Settings, Failure>) -> String {
    let Err(Failure::Config(message)) = settings else {
        panic!("it was accepted");
    };
    message
}

#[test]
fn without_any_setting_the_server_keeps_to_itself() {
    let options = settings(&[]).unwrap().options().unwrap();
    assert_eq!(options.listen.to_string(), "127.0.0.1:8242");
    assert_eq!(options.place.data_dir, PathBuf::from("./chandlery-data"));
    assert_eq!(options.engine.auth, Auth::Enforced);
    assert!(options.tls.is_none() && options.place.database_url.is_none());
    let permissions = options.permissions;
    assert!(
        !permissions.remote_plain_http
            && !permissions.remote_open_auth
            && !permissions.anyone_may_do_anything
    );
}

#[test]
fn a_flag_wins_over_the_file() {
    let toml = "listen = '127.0.0.1:1'\ndata-dir = '/from/file'\nallow-remote-plain-http = true\n";
    let options = settings_with_file(toml, &["--listen", "127.0.0.1:2"])
        .unwrap()
        .options()
        .unwrap();
    assert_eq!(options.listen.port(), 2);
    assert_eq!(options.place.data_dir, PathBuf::from("/from/file"));
    assert!(options.permissions.remote_plain_http);
    let refused = settings_with_file(toml, &["--allow-remote-plain-http=false"])
        .unwrap()
        .options()
        .unwrap();
    assert!(!refused.permissions.remote_plain_http);
}

#[test]
fn limits_are_set_one_by_one() {
    let toml = "[limits]\nportfolios-max = 3\nshare-operation-delay-seconds = 0.25\n";
    let limits = settings_with_file(toml, &[])
        .unwrap()
        .options()
        .unwrap()
        .engine
        .limits;
    assert_eq!(limits.portfolios_max, 3);
    assert_eq!(limits.share_operation_delay, Duration::from_millis(250));
    assert_eq!(
        limits.shared_accounts_max,
        engine::Limits::default().shared_accounts_max
    );
    assert_eq!(limits.organization_accounts_max, None);
}

#[test]
fn an_organization_s_accounts_can_be_limited_and_kept() {
    let toml = "[limits]\norganization-accounts-max = 10\nleaving-wait-seconds = 345600\n\
                leaving-needs-payment-method = true\naccount-closing-delay-seconds = 5\n";
    let options = settings_with_file(toml, &[]).unwrap().options().unwrap();
    let limits = options.engine.limits;
    assert_eq!(limits.organization_accounts_max, Some(10));
    assert_eq!(limits.leaving_wait, Duration::from_hours(4 * 24));
    assert!(limits.leaving_needs_payment_method);
    assert_eq!(limits.account_closing_delay, Duration::from_secs(5));
}

#[test]
fn a_name_that_means_nothing_is_refused_by_name() {
    let refused = refusal(settings_with_file("lisen = '127.0.0.1:1'\n", &[]));
    assert!(refused.contains("lisen"), "{refused}");
    let refused = refusal(settings_with_file("[limits]\nportfolio-max = 3\n", &[]));
    assert!(refused.contains("portfolio-max"), "{refused}");
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let refused = refusal(settings(&["--config", "/nowhere/chandlery.toml"]));
    assert!(refused.contains("/nowhere/chandlery.toml"), "{refused}");
}

#[test]
fn a_delay_is_no_less_than_nothing() {
    let refused = refusal(settings_with_file(
        "[limits]\nshare-operation-delay-seconds = -1\n",
        &[],
    ));
    assert!(refused.contains("share-operation-delay-seconds"), "{refused}");
}

#[test]
fn a_certificate_takes_its_key() {
    let refused = settings(&["--tls-cert", "cert.pem"])
        .unwrap()
        .options()
        .err()
        .unwrap();
    assert!(refused.to_string().contains("--tls-key"));
}

#[test]
fn a_server_works_on_as_many_requests_at_once_as_it_is_told_and_on_one_at_least() {
    let max =
        |settings: Result<Settings, Failure>| settings.unwrap().options().unwrap().requests_in_flight_max;
    assert_eq!(max(settings(&[])), REQUESTS_IN_FLIGHT_MAX);
    assert_eq!(max(settings(&["--requests-in-flight-max", "7"])).get(), 7);
    assert_eq!(
        max(settings_with_file("requests-in-flight-max = 8", &[])).get(),
        8
    );
    assert!(Line::try_parse_from(["serve", "--requests-in-flight-max", "0"]).is_err());
    let message = refusal(settings_with_file("requests-in-flight-max = 0", &[]));
    assert!(message.contains("requests-in-flight-max"), "{message}");
}
