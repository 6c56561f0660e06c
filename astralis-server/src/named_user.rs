use astralis_core::model::User;
use astralis_core::ports::{Page, Store, StoreError};

/// Why the command line's `--user` names nobody.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoSuchUser {
    /// Nobody has that slug.
    #[error("there is no user {user:?}")]
    Unknown {
        /// What was asked for.
        user: String,
        /// What the store said.
        #[source]
        source: StoreError,
    },
    /// The slug belongs to something that has no calendar.
    #[error("{0:?} is not a user")]
    NotAUser(String),
    /// The store could not answer.
    #[error("the database does not answer")]
    Store(#[source] StoreError),
}

/// The user with this slug or id.
pub(crate) async fn named_user(store: &dyn Store, slug_or_id: &str) -> Result<User, NoSuchUser> {
    match store.page(slug_or_id).await {
        Ok(Page::User(user)) => Ok(user),
        Ok(_) => Err(NoSuchUser::NotAUser(slug_or_id.to_owned())),
        Err(source @ StoreError::NotFound { .. }) => Err(NoSuchUser::Unknown {
            user: slug_or_id.to_owned(),
            source,
        }),
        Err(other) => Err(NoSuchUser::Store(other)),
    }
}
