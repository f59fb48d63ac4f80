//! Users, roles, permissions.

use std::time::Duration;

use nacos_client::ErrorKind;
use nacos_client::admin::Action;

use crate::site::{Site, eventually};

cases![
    users_are_created_found_and_deleted,
    a_role_with_its_permission_is_granted_and_taken,
    the_role_of_the_administrator_is_never_touched,
];

fn random(prefix: &str) -> String {
    format!("{prefix}{:010x}", fastrand::u64(..) >> 24)
}

async fn users_are_created_found_and_deleted(site: Site) {
    let nacos = site.builder().call_timeout(Duration::from_secs(10)).build().unwrap();
    let admin = nacos.admin();
    let user = random("user-");
    admin.create_user(&user, "first").await.unwrap();
    let taken = admin.create_user(&user, "second").await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Conflict, "{taken}");
    assert!(!taken.to_string().contains("second"));
    assert_eq!(admin.users(&user, 1, 10).await.unwrap().items, [&*user]);
    let pattern = format!("*{}*", &user[2..]);
    assert_eq!(admin.users(&pattern, 1, 10).await.unwrap().items, [&*user]);
    assert!(admin.users("", 1, 1000).await.unwrap().items.contains(&user));
    assert_eq!(admin.find_users(&user[..10]).await.unwrap(), [&*user]);
    match admin.set_password(&user, "third").await {
        Ok(()) => {}
        Err(refused) => assert_eq!(refused.kind(), ErrorKind::Forbidden, "{refused}"),
    }
    for _ in 0..2 {
        admin.delete_user(&user).await.unwrap();
    }
    assert!(admin.users(&user, 1, 10).await.unwrap().items.is_empty());
    assert_eq!(admin.create_user(" ", "x").await.unwrap_err().field(), Some("username"));
}

async fn a_role_with_its_permission_is_granted_and_taken(site: Site) {
    let admin = site.client().admin();
    let (user, role) = (random("user-"), random("role-"));
    let resource = format!("{}:*:*", site.namespace);
    assert!(admin.grant_role(&user, &role).await.unwrap_err().is_not_found());
    assert!(
        admin
            .grant_permission(&role, &resource, Action::Read)
            .await
            .unwrap_err()
            .is_not_found()
    );
    admin.create_user(&user, "secret").await.unwrap();
    admin.grant_role(&user, &role).await.unwrap();
    let twice = admin.grant_role(&user, &role).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Conflict, "{twice}");
    let bound = admin.roles(&user, "", 1, 10).await.unwrap().items;
    assert_eq!((&*bound[0].role, &*bound[0].username), (&*role, &*user));
    assert_eq!(admin.find_roles(&role).await.unwrap(), [&*role]);
    for _ in 0..2 {
        admin
            .grant_permission(&role, &resource, Action::ReadWrite)
            .await
            .unwrap();
    }
    let granted = admin.permissions(&role, 1, 10).await.unwrap().items;
    assert_eq!(
        (granted.len(), granted[0].action, &*granted[0].resource),
        (1, Action::ReadWrite, &*resource)
    );
    eventually("the permission", || async {
        admin
            .has_permission(&role, &resource, Action::ReadWrite)
            .await
            .unwrap()
            .then_some(())
    })
    .await;
    assert!(
        !admin
            .has_permission(&role, "other:*:*", Action::ReadWrite)
            .await
            .unwrap()
    );
    admin
        .revoke_permission(&role, &resource, Action::ReadWrite)
        .await
        .unwrap();
    assert!(admin.permissions(&role, 1, 10).await.unwrap().items.is_empty());
    admin.revoke_role(&user, &role).await.unwrap();
    admin.delete_role(&role).await.unwrap();
    assert!(admin.roles(&user, "", 1, 10).await.unwrap().items.is_empty());
    admin.delete_user(&user).await.unwrap();
}

async fn the_role_of_the_administrator_is_never_touched(site: Site) {
    let admin = site.client().admin();
    let refusals = [
        admin.delete_role("ROLE_ADMIN").await.unwrap_err(),
        admin.revoke_role("nacos", "ROLE_ADMIN").await.unwrap_err(),
        admin.grant_role("somebody", "ROLE_ADMIN").await.unwrap_err(),
    ];
    for refusal in refusals {
        assert_eq!(refusal.field(), Some("role"), "refused before anything is sent");
    }
}
