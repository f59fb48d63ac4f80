use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use crate::errors::ErrorSink;
use crate::paths::Paths;

/// `"800ms"`, `"3s"`, `"5m"` as a constant.
pub(crate) fn tokens(text: &LitStr, paths: &Paths, errors: &mut ErrorSink) -> TokenStream {
    match nanos(&text.value()) {
        Some(nanos) => quote!(#paths::core::time::Duration::from_nanos(#nanos)),
        None => {
            errors.at(
                text,
                "not a duration: write a number and a unit, `\"800ms\"`, `\"3s\"`, `\"5m\"` or `\"1h\"`",
            );
            quote!(#paths::core::time::Duration::ZERO)
        }
    }
}

fn nanos(text: &str) -> Option<u64> {
    let unit = text.find(|character: char| !character.is_ascii_digit() && character != '.')?;
    let (number, unit) = text.split_at(unit);
    let factor = match unit {
        "ms" => 1e6,
        "s" => 1e9,
        "m" => 60e9,
        "h" => 3600e9,
        "d" => 86_400e9,
        _ => return None,
    };
    let nanos = number.parse::<f64>().ok()? * factor;
    (1.0..1e19).contains(&nanos).then_some(nanos as u64)
}

#[cfg(test)]
mod tests {
    use super::nanos;

    #[test]
    fn durations_need_a_number_and_a_unit() {
        assert_eq!(nanos("800ms"), Some(800_000_000));
        assert_eq!(nanos("1.5s"), Some(1_500_000_000));
        for wrong in ["", "3", "s", "0s", "-1s", "3 s", "3w"] {
            assert_eq!(nanos(wrong), None, "{wrong}");
        }
    }
}
