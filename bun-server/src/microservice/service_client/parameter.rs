/// A value that may stand in a path, a query or a header.
///
/// `Option` and lists give as many values as they hold: an absent query argument is left out, a list is repeated.
///
/// ```
/// use bun_server::microservice::service_client::Parameter;
///
/// struct Sku(u32);
///
/// impl Parameter for Sku {
///     fn values(&self, push: &mut dyn FnMut(&str)) {
///         push(&format!("SKU-{}", self.0));
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into a path, a query or a header",
    label = "pass a string, a number, a `bool`, an `Option` or a list of these, or implement `Parameter` for `{Self}`"
)]
pub trait Parameter {
    /// Gives each value as text.
    fn values(&self, push: &mut dyn FnMut(&str));
}

impl Parameter for str {
    fn values(&self, push: &mut dyn FnMut(&str)) {
        push(self);
    }
}

impl Parameter for String {
    fn values(&self, push: &mut dyn FnMut(&str)) {
        push(self);
    }
}

impl<T: Parameter + ?Sized> Parameter for &T {
    fn values(&self, push: &mut dyn FnMut(&str)) {
        (**self).values(push);
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn values(&self, push: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.values(push));
    }
}

impl<T: Parameter> Parameter for [T] {
    fn values(&self, push: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.values(push));
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    fn values(&self, push: &mut dyn FnMut(&str)) {
        self.as_slice().values(push);
    }
}

macro_rules! displayed {
    ($($parameter:ty),*) => {$(
        impl Parameter for $parameter {
            fn values(&self, push: &mut dyn FnMut(&str)) {
                push(&self.to_string());
            }
        }
    )*};
}
displayed!(
    bool,
    char,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    f32,
    f64,
    std::net::IpAddr
);
