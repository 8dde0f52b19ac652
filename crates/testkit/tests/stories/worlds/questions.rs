//! Questions about ids, the asker's own and others'.
//!
//! Invariant: what would change something is asked about others' ids alone, where it cannot; and it is answered like an
//! id of nothing. Deliberately absent: the questions themselves; `probes.rs` has them.

use testkit::Refused;

use super::{
    choices::one,
    events::{By, Pick},
    model::{Model, Organization},
    play::{Told, World},
    structure::Id,
};
use crate::probes::{Kind, Own, Probe, probes, unknown};

impl World {
    /// Somebody asks the question that `question` picks about the id that `id` picks. Says what it was.
    pub(super) async fn probe(&self, by: By, question: Pick, id: Pick) -> Told<String> {
        let kinds = Kinds::of(&self.model);
        let probes: Vec<Probe> = probes()
            .into_iter()
            .filter(|it| !kinds.ids(it.kind).is_empty())
            .collect();
        let asker = match by {
            By::Fitting => id / 7,
            By::Anybody(it) => it,
        };
        let (Some(probe), Some(by)) = (one(&probes, question), one(&self.model.accounts, asker)) else {
            return Ok("nothing".to_owned());
        };
        let Some(id) = one(&kinds.ids(probe.kind), id).cloned() else {
            return Ok("nothing".to_owned());
        };
        let is_stranger = !self.model.visible_ids(&by.id).contains(&id);
        let what = format!("{} asks {} about {id}", by.id, probe.operation);
        if is_stranger {
            self.compare(&by.id, probe, &id).await?;
        } else if probe.is_query() {
            let input = probe.about(&id, &self.own(&by.id));
            self.ask(&by.id, probe.service, probe.operation, &input)
                .await?
                .ok();
        }
        Ok(what)
    }

    /// Checks that `id`, of which `by` may not know, is answered like an id of nothing.
    async fn compare(&self, by: &str, probe: &Probe, id: &str) -> Told {
        let own = self.own(by);
        let mut answers = Vec::new();
        for id in [id, &unknown(id)] {
            let input = probe.about(id, &own);
            let answer = self.ask(by, probe.service, probe.operation, &input).await?;
            let refused = |it: Refused| (it.code, it.message.replace(id, "<it>"));
            answers.push(
                answer
                    .map(|it| it.to_string().replace(id, "<it>"))
                    .map_err(refused),
            );
        }
        if answers[0] == answers[1] {
            return Ok(());
        }
        Err(format!(
            "{by} can tell that {id} exists by {}: {answers:?}",
            probe.operation
        ))
    }

    /// What `by` has itself, and what comes nearest where it has nothing.
    fn own(&self, by: &str) -> Own {
        let model = &self.model;
        let organization = model.organization_of(by).or(model.organizations.first());
        let or_none = |it: Option<&Id>, none: &str| it.cloned().unwrap_or_else(|| none.to_owned());
        let unit_in = |organization: &Organization| {
            let mut units = model.units.iter();
            units
                .find(|it| model.is_unit_in(organization, &it.id))
                .map(|it| it.id.clone())
        };
        let portfolio = model.portfolios.iter().find(|it| it.owner == by);
        Own {
            portfolio: or_none(portfolio.map(|it| &it.id), "port-aaaaaaaaaaaaa"),
            organization: or_none(organization.map(|it| &it.id), "o-aaaaaaaaaa"),
            root: or_none(organization.map(|it| &it.root), "r-aaaa"),
            unit: or_none(organization.and_then(unit_in).as_ref(), "ou-aaaa-aaaaaaaa"),
            account: by.to_owned(),
            policy: "p-FullAWSAccess".to_owned(),
        }
    }
}

/// All ids that there are.
struct Kinds<'a>(&'a Model);

impl<'a> Kinds<'a> {
    fn of(model: &'a Model) -> Self {
        Self(model)
    }

    fn ids(&self, kind: Kind) -> Vec<Id> {
        let model = self.0;
        match kind {
            Kind::Account => model.accounts.iter().map(|it| it.id.clone()).collect(),
            Kind::Unit => model.units.iter().map(|it| it.id.clone()).collect(),
            Kind::Root => model.organizations.iter().map(|it| it.root.clone()).collect(),
            Kind::Organization => model.organizations.iter().map(|it| it.id.clone()).collect(),
            Kind::Portfolio => model.portfolios.iter().map(|it| it.id.clone()).collect(),
            Kind::ShareToken => model.operations.iter().map(|it| it.token.clone()).collect(),
            Kind::Handshake => model.invitations.iter().map(|it| it.id.clone()).collect(),
            Kind::Policy | Kind::ResourcePolicy | Kind::Creation => Vec::new(),
        }
    }
}
