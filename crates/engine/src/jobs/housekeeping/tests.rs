//! What is removed, and what is kept.

use std::time::Duration;

use domain::{
    AccessKeyId, AccountId, Handshake, HandshakeAction, HandshakeId, HandshakeSender, HandshakeState,
    OrganizationId, Portfolio, PortfolioDetails, PortfolioId, Region, ShareAction, ShareOperation,
    ShareStatus, ShareTarget, ShareToken, Time,
};
use futures_util::future::join_all;
use store::{CommandOutcome, RequestKey, Session, StoreError};

use super::{BATCH_ROWS, EXPIRED_SESSION_KEPT};
use crate::{
    Limits,
    jobs::tests::{House, START},
};

impl House {
    /// Answers a request with `token`, to be remembered until a microsecond after the start.
    async fn answer(&self, token: &str) -> CommandOutcome<()> {
        let key = RequestKey {
            scope: "scope".to_owned(),
            token: Some(token.to_owned()),
            fingerprint: [0; 32],
            // Never so late that the store itself would not count the answer as forgotten.
            now_us: START.microseconds(),
            expires_at_us: START.microseconds() + 1,
        };
        self.store.command(key, |_| Ok(Vec::new())).await.unwrap()
    }

    async fn begin_session(&self, id: &'static str) {
        let session = Session {
            access_key_id: AccessKeyId::parse(id).unwrap(),
            account: AccountId::parse("101010101010").unwrap(),
            role: "Access".to_owned(),
            role_id: "AROAEXAMPLE".to_owned(),
            name: "story".to_owned(),
            secret: "secret".to_owned(),
            token: "token".to_owned(),
            expires_at: START,
        };
        let written = self.store.step(move |tx| tx.insert_session(&session));
        written.await.unwrap().unwrap();
    }

    /// Records a handshake that ended at the start.
    async fn send_handshake(&self, id: &'static str) {
        let handshake = Handshake {
            id: HandshakeId::parse(id).unwrap(),
            action: HandshakeAction::Invite,
            state: HandshakeState::Open,
            sender: HandshakeSender {
                organization: OrganizationId::parse("o-exampleorgid").unwrap(),
                management: AccountId::parse("101010101010").unwrap(),
                email: "bill@example.com".to_owned(),
                name: "Bill".to_owned(),
                feature_set: "ALL".to_owned(),
            },
            recipient: None,
            parent: None,
            notes: None,
            requested_at: START,
            expires_at: START,
            ends_at: START,
        };
        let written = self.store.step(move |tx| tx.insert_handshake(&handshake));
        written.await.unwrap().unwrap();
    }

    async fn has_handshake(&self, id: &'static str) -> bool {
        let id = HandshakeId::parse(id).unwrap();
        let found = self.store.read(move |tx| tx.find_handshake(&id));
        found.await.unwrap().unwrap().is_some()
    }

    async fn has_session(&self, id: &'static str) -> bool {
        let id = AccessKeyId::parse(id).unwrap();
        let found = self.store.read(move |tx| tx.find_session(&id));
        found.await.unwrap().unwrap().is_some()
    }
}

#[tokio::test]
async fn answers_are_kept_until_they_expire() {
    let house = House::new(Limits::default()).await;
    house.answer("token").await;

    house.engine.remove_expired().await.unwrap();
    assert_eq!(house.answer("token").await, CommandOutcome::Replayed(Vec::new()));

    house.set_clock(Time::from_microseconds(START.microseconds() + 1));
    house.engine.remove_expired().await.unwrap();
    assert_eq!(house.answer("token").await, CommandOutcome::Done(Vec::new()));
}

#[tokio::test]
async fn sessions_are_remembered_for_a_while_after_their_end() {
    let house = House::new(Limits::default()).await;
    house.begin_session("ASIAEXAMPLEEXAMPLE01").await;

    house.engine.remove_expired().await.unwrap();
    assert!(house.has_session("ASIAEXAMPLEEXAMPLE01").await);

    house.set_clock(START.after(EXPIRED_SESSION_KEPT));
    house.engine.remove_expired().await.unwrap();
    assert!(!house.has_session("ASIAEXAMPLEEXAMPLE01").await);
}

#[tokio::test]
async fn handshakes_are_kept_as_long_as_they_can_be_read() {
    let limits = Limits::default();
    let retention = limits.handshake_retention;
    let house = House::new(limits).await;
    house.send_handshake("h-examplehandshakeid111").await;

    house.set_clock(START.after(retention.saturating_sub(Duration::from_secs(1))));
    house.engine.remove_expired().await.unwrap();
    assert!(house.has_handshake("h-examplehandshakeid111").await);

    house.set_clock(START.after(retention));
    house.engine.remove_expired().await.unwrap();
    assert!(!house.has_handshake("h-examplehandshakeid111").await);
}

#[tokio::test]
async fn a_transaction_removes_a_batch() {
    let house = House::new(Limits::default()).await;
    let tokens: Vec<String> = (0..=BATCH_ROWS).map(|it| it.to_string()).collect();
    join_all(tokens.iter().map(|it| house.answer(it))).await;
    house.set_clock(START.after(EXPIRED_SESSION_KEPT));

    assert!(house.engine.remove_expired().await.unwrap());
    assert!(!house.engine.remove_expired().await.unwrap());
    assert_eq!(house.answer("0").await, CommandOutcome::Done(Vec::new()));
}

#[tokio::test]
async fn the_runner_removes_what_has_expired() {
    let house = House::new(Limits::default()).await;
    house.begin_session("ASIAEXAMPLEEXAMPLE01").await;
    house.set_clock(START.after(EXPIRED_SESSION_KEPT));

    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let removed = async {
        while house.has_session("ASIAEXAMPLEEXAMPLE01").await {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = house.engine.run_jobs(stopped) => panic!("nobody stopped it"),
        removed = tokio::time::timeout(Duration::from_secs(20), removed) => removed.unwrap(),
    }
}

/// What is known of the operation `token`: its status, and how many accounts it reached.
async fn operation(house: &House, token: &'static str) -> Option<(ShareStatus, usize)> {
    let found = house.store.read(move |tx| {
        let token = ShareToken::parse(token).unwrap();
        let operation = tx.find_share_operation(&token)?;
        let outcome = tx.share_outcome(&token)?;
        Ok::<_, StoreError>(operation.map(|it| (it.status, outcome.successes.len())))
    });
    found.await.unwrap().unwrap()
}

/// Records an operation that ended at the start, of a portfolio that lives or not.
async fn end_operation(house: &House, token: &'static str, portfolio: &'static str) {
    let written = house.store.step(move |tx| {
        let owner = AccountId::parse("101010101010").unwrap();
        let operation = ShareOperation {
            token: ShareToken::parse(token).unwrap(),
            portfolio: PortfolioId::parse(portfolio).unwrap(),
            owner: owner.clone(),
            region: Region::parse("us-east-1").unwrap(),
            target: ShareTarget::Account(owner.clone()),
            action: ShareAction::Update,
            status: ShareStatus::Completed,
            created_at: START,
        };
        tx.insert_share_operation(&operation)?;
        tx.insert_share_successes(&operation.token, &std::iter::once(&owner).collect())
    });
    written.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_became_of_accounts_is_kept_for_ever_unless_configured() {
    let house = House::new(Limits::default()).await;
    end_operation(&house, "share-1", "port-1").await;
    house.set_clock(START.after(Duration::from_hours(24 * 365 * 10)));
    assert!(!house.engine.remove_expired().await.unwrap());
    assert_eq!(
        operation(&house, "share-1").await,
        Some((ShareStatus::Completed, 1))
    );
}

#[tokio::test]
async fn a_token_is_readable_as_long_as_its_portfolio_whatever_is_forgotten() {
    let retention = Duration::from_hours(1);
    let house = House::new(Limits {
        share_outcome_retention: Some(retention),
        ..Limits::default()
    })
    .await;
    let portfolio = Portfolio {
        id: PortfolioId::parse("port-1").unwrap(),
        owner: AccountId::parse("101010101010").unwrap(),
        region: Region::parse("us-east-1").unwrap(),
        details: PortfolioDetails {
            display_name: "Databases".to_owned(),
            description: None,
            provider_name: "Platform".to_owned(),
        },
        created_at: START,
        shared_accounts: 0,
    };
    let written = house.store.step(move |tx| tx.insert_portfolio(&portfolio));
    written.await.unwrap().unwrap();
    end_operation(&house, "share-1", "port-1").await;
    end_operation(&house, "share-2", "port-2").await;

    house.set_clock(START.after(retention.saturating_sub(Duration::from_secs(1))));
    house.engine.remove_expired().await.unwrap();
    assert_eq!(
        operation(&house, "share-1").await,
        Some((ShareStatus::Completed, 1))
    );

    house.set_clock(START.after(retention));
    house.engine.remove_expired().await.unwrap();
    assert_eq!(
        operation(&house, "share-1").await,
        Some((ShareStatus::Completed, 0))
    );
    assert_eq!(operation(&house, "share-2").await, None);
}
