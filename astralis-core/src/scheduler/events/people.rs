use crate::model::{
    CalendarEvent, FieldError, OrgId, Participant, ParticipationStatus, User, UserId,
};
use crate::ports::StoreError;
use crate::scheduler::Scheduler;
use crate::scheduler::events::{EventDraft, EventError, Invited, Invitee};

impl Scheduler {
    /// Everybody a draft invites: the organizer first unless they are named, each user and each
    /// address once. Whoever was invited to `known` before keeps their answer.
    pub(super) async fn participants(
        &self,
        (org, organizer): (OrgId, UserId),
        draft: &EventDraft,
        known: Option<&CalendarEvent>,
    ) -> Result<Vec<Participant>, EventError> {
        let before = known.map_or(&[][..], |event| &event.participants);
        let names_organizer = draft
            .participants
            .iter()
            .any(|invited| invited.who == Invitee::User(organizer));
        let organizer_first = (!names_organizer).then_some(Invited {
            who: Invitee::User(organizer),
            optional: false,
        });
        let mut participants: Vec<Participant> = Vec::new();
        for invited in organizer_first.iter().chain(&draft.participants) {
            let mut participant = match &invited.who {
                Invitee::User(id) => self.invited_user(org, *id, before).await?,
                Invitee::Guest { email, name } => Participant {
                    user: None,
                    email: email.clone(),
                    name: name.clone(),
                    status: ParticipationStatus::NeedsAction,
                    optional: false,
                },
            };
            participant.optional = invited.optional;
            if participant.user == Some(organizer) {
                participant.status = ParticipationStatus::Accepted;
            } else if let Some(earlier) = before.iter().find(|one| is_same(one, &participant)) {
                participant.status = earlier.status;
            }
            if !participants.iter().any(|one| is_same(one, &participant)) {
                participants.push(participant);
            }
        }
        Ok(participants)
    }

    async fn invited_user(
        &self,
        org: OrgId,
        id: UserId,
        before: &[Participant],
    ) -> Result<Participant, EventError> {
        let User {
            name,
            email,
            active,
            ..
        } = match self.store.host(org, id).await {
            Ok(host) => host.user,
            Err(StoreError::NotFound { .. }) => {
                return Err(EventError::invalid(
                    "participants",
                    "unknownUser",
                    "users of ours",
                ));
            }
            Err(error) => return Err(error.into()),
        };
        let was_invited = before.iter().any(|one| one.user == Some(id));
        if !active && !was_invited {
            let expected = "users who can be invited";
            let error = FieldError::new("participants", "inactiveUser", expected);
            return Err(EventError::Invalid(vec![error]));
        }
        Ok(Participant {
            user: Some(id),
            email,
            name,
            status: ParticipationStatus::NeedsAction,
            optional: false,
        })
    }
}

fn is_same(one: &Participant, other: &Participant) -> bool {
    match (one.user, other.user) {
        (None, None) => one.email == other.email,
        (one, other) => one == other,
    }
}
