//! Who may act for whom.

use astralis_core::ports::{Credential, CredentialKind, Store, StoreError, TokenHash};
use chrono::TimeDelta;
use futures_util::future::join_all;

use super::one_host;
use crate::scenario::{Scenario, instant, scenario};

const EXPIRY: &str = "2026-03-28T12:05:00Z";
const JUST_BEFORE: &str = "2026-03-28T12:04:59.999999Z";

/// An expiry at exactly now has passed, for looking and for taking.
pub async fn a_credential_ends_at_its_expiry(store: &dyn Store) {
    let world = one_host(store).await;
    let saved = sign_in(&world);
    store.save_credential(&saved, world.now()).await.unwrap();
    let (hash, kind) = (saved.hash, saved.kind);

    let late = store.credential(hash, kind, instant(EXPIRY)).await.unwrap();
    let late_taken = store.take_credential(hash, kind, instant(EXPIRY));
    let late_taken = late_taken.await.unwrap();
    let in_time = store.credential(hash, kind, instant(JUST_BEFORE)).await;

    assert_eq!((late, late_taken), (None, None));
    assert_eq!(in_time.unwrap(), Some(saved));
}

/// Without an expiry it holds until it is revoked.
pub async fn a_credential_without_expiry_holds_for_good(store: &dyn Store) {
    let world = one_host(store).await;
    let token = Credential {
        kind: CredentialKind::ApiToken,
        expires_at: None,
        ..sign_in(&world)
    };
    store.save_credential(&token, world.now()).await.unwrap();
    let far = instant("2999-01-01T00:00:00Z");

    let found = store.credential(token.hash, token.kind, far).await;

    assert_eq!(found.unwrap(), Some(token));
}

/// A sign-in link is no session, and another hash is nobody's.
pub async fn a_credential_is_for_one_kind_and_hash(store: &dyn Store) {
    let world = one_host(store).await;
    let saved = sign_in(&world);
    store.save_credential(&saved, world.now()).await.unwrap();
    let now = world.now();

    let session = CredentialKind::Session;
    let other_kind = store.take_credential(saved.hash, session, now).await;
    let other_hash = store.credential(TokenHash([2; 32]), saved.kind, now).await;

    assert_eq!(other_kind.unwrap(), None);
    assert_eq!(other_hash.unwrap(), None);
    let kept = store.credential(saved.hash, saved.kind, now).await;
    assert_eq!(kept.unwrap(), Some(saved));
}

/// Whoever signs in every day does not leave a heap behind; what still holds is kept, and so is
/// what others have.
pub async fn expired_credentials_go_when_another_is_saved(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").set_up(store).await;
    let numbered = |n, expires_at| Credential {
        hash: TokenHash([n; 32]),
        expires_at,
        ..sign_in(&world)
    };
    let expired = numbered(2, Some(instant(EXPIRY)));
    let lasting = numbered(3, Some(instant(EXPIRY) + TimeDelta::microseconds(1)));
    let unlimited = numbered(4, None);
    let of_another = Credential {
        user: world.hosts()[1].user.id,
        ..numbered(5, Some(instant(EXPIRY)))
    };
    let all = [&expired, &lasting, &unlimited, &of_another];
    for credential in all {
        store
            .save_credential(credential, world.now())
            .await
            .unwrap();
    }

    let new = numbered(6, None);
    store.save_credential(&new, instant(EXPIRY)).await.unwrap();

    let mut kept = Vec::new();
    for credential in all {
        let (hash, kind) = (credential.hash, credential.kind);
        // Asked as of a time at which none had expired: whether it is still there at all.
        let found = store.credential(hash, kind, world.now()).await.unwrap();
        kept.push(found.is_some());
    }
    assert_eq!(kept, [false, true, true, true]);
}

/// The last one saved under a hash counts.
pub async fn a_credential_with_the_same_hash_is_replaced(store: &dyn Store) {
    let world = one_host(store).await;
    let first = sign_in(&world);
    let second = Credential {
        kind: CredentialKind::Session,
        expires_at: None,
        ..first.clone()
    };
    store.save_credential(&first, world.now()).await.unwrap();
    store.save_credential(&second, world.now()).await.unwrap();
    let now = world.now();

    let replaced = store.credential(first.hash, first.kind, now).await;
    let found = store.credential(second.hash, second.kind, now).await;

    assert_eq!(replaced.unwrap(), None);
    assert_eq!(found.unwrap(), Some(second));
}

/// However many ask at once.
pub async fn a_credential_is_taken_once(store: &dyn Store) {
    let world = one_host(store).await;
    let saved = sign_in(&world);
    store.save_credential(&saved, world.now()).await.unwrap();

    let takes = (0..16).map(|_| store.take_credential(saved.hash, saved.kind, world.now()));
    let taken = join_all(takes).await;

    let received: Vec<_> = taken.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(received, std::slice::from_ref(&saved));
    let gone = store.credential(saved.hash, saved.kind, world.now()).await;
    assert_eq!(gone.unwrap(), None);
}

/// A credential stands for somebody.
pub async fn a_credential_of_nobody_is_refused(store: &dyn Store) {
    let world = one_host(store).await;
    let unknown = Credential {
        user: world.next_id().into(),
        ..sign_in(&world)
    };

    let refused = store.save_credential(&unknown, world.now()).await;

    assert!(
        matches!(refused, Err(StoreError::NotFound { kind: "user", .. })),
        "{refused:?}"
    );
}

fn sign_in(world: &Scenario) -> Credential {
    Credential {
        hash: TokenHash([1; 32]),
        kind: CredentialKind::SignIn,
        org: world.org(),
        user: world.host().id,
        expires_at: Some(instant(EXPIRY)),
    }
}
