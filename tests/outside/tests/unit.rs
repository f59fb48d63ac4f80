//! Unit tests as a user writes them: a mock of the client, values that are fixed, a graph that is checked.

use std::sync::Arc;

use bun_server::prelude::*;
use outside::payments::{Limits, Payment, PaymentError, PaymentModule, Payments};
use outside::rates::{Rate, RateApi};

struct Fixed(f64);

#[async_trait]
impl RateApi for Fixed {
    async fn rate(&self, from: &str, to: &str) -> Result<Rate, ClientError> {
        Ok(Rate {
            from: from.to_owned(),
            to: to.to_owned(),
            factor: self.0,
        })
    }

    async fn publish(&self, _: &Rate, _: Option<&str>) -> Result<(), ClientError> {
        Ok(())
    }
}

fn payments(most: f64) -> Payments {
    let limits = Limits {
        most,
        currencies: Vec::new(),
    };
    Payments::new(Arc::new(Fixed(8.0)), ConfigValue::fixed(limits))
}

fn payment(amount: f64) -> Payment {
    Payment {
        amount,
        currency: "EUR".to_owned(),
    }
}

#[tokio::test]
async fn a_payment_is_converted() {
    let paid = payments(100.0).in_house_currency(&payment(2.0)).await.unwrap();
    assert_eq!(paid.amount, 16.0);
    assert_eq!(paid.currency, "CNY");
}

#[tokio::test]
async fn too_much_is_refused() {
    let refused = payments(10.0).in_house_currency(&payment(2.0)).await;
    assert!(matches!(refused, Err(PaymentError::TooMuch(most)) if most == 10.0));
}

/// Asks nothing of a network, and needs no server.
#[test]
fn the_graph_is_complete() {
    Application::new("payment-service")
        .environment([
            ("BUN_CONFIG_CENTER__URL", "vault://nowhere"),
            ("BUN_CONFIG_CENTER__USERNAME", "me"),
        ])
        .import(PaymentModule)
        .check()
        .unwrap();
}

#[test]
fn what_a_provider_of_ones_own_refuses_is_in_the_report() {
    let check = |url: &'static str| {
        let application = Application::new("payment-service").environment([("BUN_CONFIG_CENTER__URL", url)]);
        application.import(PaymentModule).check().unwrap_err().to_string()
    };
    let report = check("vault://here");
    assert!(report.contains("vault:// needs `config_center.username`"), "{report}");
    let report = check("vault://here?mounts=x");
    assert!(report.contains("did you mean `mount`"), "{report}");
    let report = check("valt://here");
    assert!(report.contains("did you mean `vault://`"), "{report}");
}
