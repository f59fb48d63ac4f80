//! Replays what real servers 3.0.2, 3.0.3 and 3.1.0 were asked and answered (`tests/captures/`): the double must give
//! the same answers, as captured and with every name and value replaced; and the client must understand each answer.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "replay/capture.rs"]
mod capture;
#[path = "replay/compare.rs"]
mod compare;
#[path = "replay/decode.rs"]
mod decode;
#[path = "replay/prepare.rs"]
mod prepare;
#[path = "replay/rename.rs"]
mod rename;
#[path = "replay/stage.rs"]
mod stage;

use crate::rename::Renaming;
use crate::stage::replay;

macro_rules! replays {
    ($($module:ident = $file:literal;)*) => { $(
        mod $module {
            #[tokio::test(start_paused = true)]
            async fn as_captured() {
                super::replay($file, super::Renaming::none()).await;
            }

            #[tokio::test(start_paused = true)]
            async fn with_every_value_replaced() {
                super::replay($file, super::Renaming::random()).await;
            }

            #[tokio::test]
            async fn every_answer_is_understood() {
                super::decode::understand($file).await;
            }
        }
    )* };
}

replays! {
    server_3_0_2 = "3.0.2";
    server_3_0_3 = "3.0.3";
    server_3_1_0 = "3.1.0";
}
