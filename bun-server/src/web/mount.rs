//! What `#[controller]` writes for each route. Every bound of a handler stands in one function, so that what is missing is
//! told once, at the type that the user wrote.

use std::any::TypeId;
use std::convert::Infallible;
use std::future::Future;
use std::marker::PhantomData;

use axum::Router;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use http::request::Parts;
use tower_layer::Layer;
use tower_service::Service;

use super::Dep;
use super::extract::rejected;
pub use super::observation::observed;
use super::observation::{Route, matched};
use super::response_error::{ResponseError, answer_error};
use crate::di::{Container, Edge, How, Shareable, Token};

/// An argument of a handler that is not the last: an extractor that leaves the body alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extractor that leaves the body alone",
    label = "write `Path<..>`, `Query<..>` or another extractor; what reads the body (`Json<..>`, `Form<..>`) comes last"
)]
pub trait HeadArgument: Sized + Send {
    /// Takes it out of the request.
    fn extract(parts: &mut Parts) -> impl Future<Output = Result<Self, Response>> + Send;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<(), Rejection: 'static> + Send> HeadArgument for T {
    async fn extract(parts: &mut Parts) -> Result<Self, Response> {
        T::from_request_parts(parts, &()).await.map_err(rejected)
    }
}

/// The last argument of a handler: any extractor.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extractor",
    label = "an argument is taken out of the request: write `Path<..>`, `Query<..>`, `Json<T>` with `T: Deserialize`, or another extractor"
)]
pub trait LastArgument<Via>: Sized + Send {
    /// Takes it out of the request.
    fn extract(request: Request) -> impl Future<Output = Result<Self, Response>> + Send;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequest<(), Via, Rejection: 'static> + Send, Via> LastArgument<Via> for T {
    async fn extract(request: Request) -> Result<Self, Response> {
        T::from_request(request, &()).await.map_err(rejected)
    }
}

/// What a handler returns.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "return a string, `StatusCode`, `Json<T>` with `T: Serialize`, or a `Result` of such a type whose error implements `ResponseError`"
)]
pub trait Answer<Kind> {
    /// As a response.
    fn into_answer(self) -> Response;
}

/// What axum can answer.
#[derive(Debug)]
pub struct Plain;

/// What may fail with an error that says its status.
#[derive(Debug)]
pub struct Fallible;

#[diagnostic::do_not_recommend]
impl<T: IntoResponse> Answer<Plain> for T {
    fn into_answer(self) -> Response {
        self.into_response()
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoResponse, E: ResponseError + 'static> Answer<Fallible> for Result<T, E> {
    fn into_answer(self) -> Response {
        match self {
            Ok(value) => value.into_response(),
            Err(error) => answer_error(&error),
        }
    }
}

/// An answer whose type has no name, and which may borrow from the controller.
pub fn answer<Kind, T: Answer<Kind>>(answer: T) -> Response {
    answer.into_answer()
}

/// Routes of a controller whose handlers mean by a token what the controller's module means by it.
pub fn of_controller(router: Router, container: &Container, handlers: TypeId) -> Router {
    match container.handlers(handlers) {
        Some(targets) => router.layer(axum::Extension(targets.clone())),
        None => router,
    }
}

/// An argument of a handler, to be asked what it wants of the graph. For expansions only.
pub struct ArgumentOf<T: ?Sized>(PhantomData<fn() -> Box<T>>);

impl<T: ?Sized> std::fmt::Debug for ArgumentOf<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ArgumentOf")
    }
}

/// What everything else than [`Dep`] wants.
pub trait WantsNothing {
    /// Nothing.
    const EDGE: Edge = Edge {
        token: Token::of::<()>(),
        how: How::Nothing,
    };
}

impl<T: ?Sized> WantsNothing for ArgumentOf<T> {}

// Inherent constants are found before those of traits.
impl<T: ?Sized + Shareable> ArgumentOf<Dep<T>> {
    /// The component.
    pub const EDGE: Edge = Edge {
        token: Token::of::<T>(),
        how: How::One,
    };
}

/// Every method of the standard.
pub const ANY: MethodFilter = MethodFilter::GET
    .or(MethodFilter::POST)
    .or(MethodFilter::PUT)
    .or(MethodFilter::PATCH)
    .or(MethodFilter::DELETE)
    .or(MethodFilter::HEAD)
    .or(MethodFilter::OPTIONS)
    .or(MethodFilter::TRACE)
    .or(MethodFilter::CONNECT);

/// A tower layer around routes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer around routes",
    label = "write a `tower::Layer` that is `Clone + Send + Sync`, such as those of tower-http; several: `layer = [outer, inner]`"
)]
pub trait RouteLayer {
    /// Puts it around the routes of a router.
    fn around(self, router: Router) -> Router;
}

#[diagnostic::do_not_recommend]
impl<L> RouteLayer for L
where
    L: Layer<axum::routing::Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request, Error: Into<Infallible>, Future: Send> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse,
{
    fn around(self, router: Router) -> Router {
        router.route_layer(self)
    }
}

/// Puts a layer around routes.
pub fn layered(router: Router, layer: impl RouteLayer) -> Router {
    if !router.has_routes() {
        return router;
    }
    layer.around(router)
}

impl<T: ?Sized + Shareable> ArgumentOf<Option<Dep<T>>> {
    /// The component, if there is one.
    pub const EDGE: Edge = Edge {
        token: Token::of::<T>(),
        how: How::Optional,
    };
}

/// Adds the route of a handler without arguments.
pub fn with_0<Output, Kind, Call, Answering>(
    router: Router,
    path: &'static str,
    method: MethodFilter,
    call: Call,
) -> Router
where
    Output: Answer<Kind>,
    Kind: 'static,
    Call: Fn() -> Answering + Clone + Send + Sync + 'static,
    Answering: Future<Output = Output> + Send,
{
    let handler = move || {
        matched(Route::Static(path));
        let call = call.clone();
        async move { call().await.into_answer() }
    };
    router.route(path, on(method, handler))
}

macro_rules! with_arguments {
    ($name:ident($($head:ident $value:ident),*)) => {
        /// Adds the route of a handler with as many arguments, each of which answers when it is not in the request.
        pub fn $name<$($head,)* Last, Output, Via, Kind, Call, Answering>(
            router: Router,
            path: &'static str,
            method: MethodFilter,
            call: Call,
        ) -> Router
        where
            $($head: HeadArgument,)*
            Last: LastArgument<Via>,
            Output: Answer<Kind>,
            Via: 'static,
            Kind: 'static,
            Call: Fn($($head,)* Last) -> Answering + Clone + Send + Sync + 'static,
            Answering: Future<Output = Output> + Send,
        {
            let handler = move |request: Request| {
                matched(Route::Static(path));
                let call = call.clone();
                async move {
                    #[allow(unused_mut, reason = "nothing but the last argument is taken out")]
                    let (mut parts, body) = request.into_parts();
                    $(let $value = match $head::extract(&mut parts).await {
                        Ok(argument) => argument,
                        Err(rejection) => return rejection,
                    };)*
                    match Last::extract(Request::from_parts(parts, body)).await {
                        Ok(last) => call($($value,)* last).await.into_answer(),
                        Err(rejection) => rejection,
                    }
                }
            };
            router.route(path, on(method, handler))
        }
    };
}
with_arguments!(with_1());
with_arguments!(with_2(A a));
with_arguments!(with_3(A a, B b));
with_arguments!(with_4(A a, B b, C c));
with_arguments!(with_5(A a, B b, C c, D d));
with_arguments!(with_6(A a, B b, C c, D d, E e));
with_arguments!(with_7(A a, B b, C c, D d, E e, F f));
with_arguments!(with_8(A a, B b, C c, D d, E e, F f, G g));
with_arguments!(with_9(A a, B b, C c, D d, E e, F f, G g, H h));
with_arguments!(with_10(A a, B b, C c, D d, E e, F f, G g, H h, I i));
with_arguments!(with_11(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j));
with_arguments!(with_12(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k));
with_arguments!(with_13(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k, L l));
with_arguments!(with_14(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k, L l, M m));
with_arguments!(with_15(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k, L l, M m, N n));
with_arguments!(with_16(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k, L l, M m, N n, O o));
