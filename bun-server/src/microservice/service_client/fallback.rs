use super::ClientError;

/// Notes that a call failed and its fallback answers.
pub fn falling_back(error: &ClientError) {
    tracing::debug!("{error}; the fallback answers");
}
