//! Offers of tunnels: addresses that a tunnel may be opened under. An offer of one instance is good at every instance.

use super::{Store, StoreError, statements};
use crate::crypto;
use sqlx::Row;

/// An offer that nobody used is forgotten after this long.
const OFFER_LIFE_MS: i64 = 60 * 1000;

/// For whom a tunnel may be opened.
#[derive(Debug, Clone)]
pub struct TunnelOffer {
    /// The session that asked for it.
    pub session_id: String,
    /// Its user.
    pub user_id: i64,
}

impl Store {
    /// Offers a tunnel to the session; answers the id that opens it, once, within a minute.
    pub async fn offer_tunnel(&self, offer: &TunnelOffer, now_ms: i64) -> Result<String, StoreError> {
        let id = crypto::random_hex::<16>();
        let _turn = self.turn().await;
        sqlx::query(statements::ADD_OFFER)
            .bind(crypto::skey_hash(&id).to_vec())
            .bind(offer.session_id.as_str())
            .bind(offer.user_id)
            .bind(now_ms.saturating_add(OFFER_LIFE_MS))
            .execute(&self.pool)
            .await?;
        Ok(id)
    }

    /// Takes an offer, which cannot be used again.
    pub async fn take_offer(&self, id: &str, now_ms: i64) -> Result<Option<TunnelOffer>, StoreError> {
        let _turn = self.turn().await;
        let taken = sqlx::query(statements::TAKE_OFFER)
            .bind(crypto::skey_hash(id).to_vec())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = taken else { return Ok(None) };
        let expires_at_ms: i64 = row.try_get(2)?;
        let offer = TunnelOffer { session_id: row.try_get(0)?, user_id: row.try_get(1)? };
        Ok((expires_at_ms > now_ms).then_some(offer))
    }
}
