/// Makes a test of each case for each row: `rows! { everywhere: a, b; on_nacos: c; real: d }`.
///
/// `everywhere` is memory, TestServer and both real servers, `on_nacos` leaves memory out. tests/run.sh counts the rows by
/// the names of their modules.
#[macro_export]
macro_rules! rows {
    ($(everywhere: $($all:ident),+ $(,)?;)? $(on_nacos: $($nacos:ident),+ $(,)?;)?) => {
        mod memory {
            $($($crate::case!($all, $crate::Row::memory().await);)+)?
        }
        mod test_server {
            $($($crate::case!($all, $crate::Row::test_server().await);)+)?
            $($($crate::case!($nacos, $crate::Row::test_server().await);)+)?
        }
        mod real_open {
            $($($crate::case!($all, $crate::Row::real_open().await);)+)?
            $($($crate::case!($nacos, $crate::Row::real_open().await);)+)?
        }
        mod real_auth {
            $($($crate::case!($all, $crate::Row::real_auth().await);)+)?
            $($($crate::case!($nacos, $crate::Row::real_auth().await);)+)?
        }
    };
}

/// One test; it returns at once when its server is not there to be tested.
#[macro_export]
macro_rules! case {
    ($case:ident, $row:expr) => {
        #[tokio::test]
        async fn $case() {
            if let Some(row) = $row {
                super::$case(row).await;
            }
        }
    };
}
