use super::*;

const KNOWN: &[&str] = &["data_id", "group", "key"];

fn said(errors: ErrorSink) -> Vec<String> {
    let errors = errors.into_error().into_iter().flatten();
    errors.map(|error| error.to_string()).collect()
}

#[test]
fn a_value_without_its_quotes_is_no_unknown_key() {
    for value in [quote::quote!(orders), quote::quote!(limits.size), quote::quote!(20)] {
        let mut errors = ErrorSink::default();
        let mut keys = Keys::parse(value, KNOWN, &mut errors);
        let taken = keys.take_positional::<LitStr>("#[config_value(\"..\")]", &mut errors);
        keys.finish(&mut errors);
        assert!(taken.is_err());
        assert_eq!(said(errors), ["write `#[config_value(\"..\")]`"]);
    }
}

#[test]
fn each_wrong_item_of_a_list_is_told() {
    let mut errors = ErrorSink::default();
    let mut keys = Keys::parse(quote::quote!(key = [A, b(), dyn C, 5], group = D), KNOWN, &mut errors);
    assert_eq!(keys.take_list::<syn::Type>("key", "[T]", &mut errors).len(), 2);
    assert_eq!(keys.take_list::<syn::Type>("group", "[T]", &mut errors).len(), 1);
    assert!(keys.take_list::<syn::Type>("data_id", "[T]", &mut errors).is_empty());
    keys.finish(&mut errors);
    assert_eq!(said(errors), ["write `key = [T]`", "write `key = [T]`"]);
}

#[test]
fn where_nothing_is_known_nothing_is_offered() {
    let mut errors = ErrorSink::default();
    Keys::parse(quote::quote!(threads = 4, "x", crate = a::b), &["crate"], &mut errors).finish(&mut errors);
    assert_eq!(
        said(errors),
        [
            "unknown key `threads`: nothing is expected here",
            "nothing more is expected here"
        ]
    );
}

#[test]
fn metadata_is_pairs_of_texts() {
    let mut errors = ErrorSink::default();
    let tokens = quote::quote!(zone = "a", "x.y" = "b", type = "c", zone = "d", port = 5, flag);
    let pairs = pairs(tokens, &mut errors);
    let names: Vec<&str> = pairs.iter().map(|(key, ..)| key.as_str()).collect();
    assert_eq!(names, ["zone", "x.y", "type"]);
    assert_eq!(said(errors).len(), 3);
}

#[test]
fn several_mistakes_are_found_at_once() {
    let mut errors = ErrorSink::default();
    let keys = Keys::parse(
        quote::quote!("x", dataid = 1, key = 2, key = 3, grp),
        KNOWN,
        &mut errors,
    );
    keys.finish(&mut errors);
    assert_eq!(said(errors).len(), 4);
}
