//! Roles and what they may do.

use serde_json::json;

use super::incoming::Incoming;
use super::paged::Paged;
use super::reply::{Outcome, Reply};
use super::users::{matches, page_is_named, spring};
use super::world::World;

impl World {
    pub(super) fn role_create(&mut self, incoming: &Incoming) -> Outcome {
        let (role, user) = (spring(incoming, "role")?, spring(incoming, "username")?);
        let refuse = |message: String| Err(Reply::exception(&message, &incoming.path));
        if role == "ROLE_ADMIN" {
            return refuse("role 'ROLE_ADMIN' is not permitted to create!".to_owned());
        }
        if !self.accounts.knows(user, None) {
            return refuse(format!("user '{user}' not found!"));
        }
        let binding = (role.to_owned(), user.to_owned());
        if self.accounts.roles.contains(&binding) {
            return refuse(format!("user '{user}' already bound to the role '{role}'!"));
        }
        self.accounts.roles.push(binding);
        Ok(Reply::ok("add role ok!"))
    }

    pub(super) fn role_list(&self, incoming: &Incoming) -> Outcome {
        page_is_named(incoming)?;
        let administrator = self.accounts.administrator();
        let roles: Vec<_> = administrator
            .map(|user| ("ROLE_ADMIN", user))
            .into_iter()
            .chain(self.accounts.roles.iter().map(|(role, user)| (&**role, &**user)))
            .filter(|(role, user)| matches(incoming, "role", role) && matches(incoming, "username", user))
            .collect();
        Ok(Reply::ok(Paged::cut(
            roles,
            incoming,
            |(role, user)| json!({ "role": role, "username": user }),
        )))
    }

    pub(super) fn role_search(&self, incoming: &Incoming) -> Outcome {
        let part = incoming.or("role", "");
        let mut names: Vec<&str> = self.accounts.roles.iter().map(|(role, _)| &**role).collect();
        if self.accounts.has_admin() {
            names.insert(0, "ROLE_ADMIN");
        }
        names.dedup();
        names.retain(|name| name.contains(part));
        Ok(Reply::ok(names))
    }

    pub(super) fn role_delete(&mut self, incoming: &Incoming) -> Outcome {
        let role = spring(incoming, "role")?;
        let user = incoming.get("username");
        self.accounts
            .roles
            .retain(|(known, holder)| known != role || user.is_some_and(|user| user != holder));
        let user = user.unwrap_or_default();
        Ok(Reply::ok(format!("delete role of user {user} ok!")))
    }

    pub(super) fn permission_create(&mut self, incoming: &Incoming) -> Outcome {
        let permission = permission_of(incoming)?;
        if !self.accounts.roles.iter().any(|(role, _)| *role == permission.0) {
            let message = format!("role {} not found!", permission.0);
            return Err(Reply::exception(&message, &incoming.path));
        }
        if !self.accounts.permissions.contains(&permission) {
            self.accounts.permissions.push(permission);
        }
        Ok(Reply::ok("add permission ok!"))
    }

    pub(super) fn permission_check(&self, incoming: &Incoming) -> Outcome {
        let permission = permission_of(incoming)?;
        Ok(Reply::ok(self.accounts.permissions.contains(&permission)))
    }

    pub(super) fn permission_list(&self, incoming: &Incoming) -> Outcome {
        page_is_named(incoming)?;
        let found: Vec<_> = self
            .accounts
            .permissions
            .iter()
            .filter(|(role, ..)| matches(incoming, "role", role))
            .collect();
        Ok(Reply::ok(Paged::cut(
            found,
            incoming,
            |(role, resource, action)| json!({ "role": role, "resource": resource, "action": action }),
        )))
    }

    pub(super) fn permission_delete(&mut self, incoming: &Incoming) -> Outcome {
        let permission = permission_of(incoming)?;
        self.accounts.permissions.retain(|known| *known != permission);
        Ok(Reply::ok("delete permission ok!"))
    }
}

fn permission_of(incoming: &Incoming) -> Result<(String, String, String), Reply> {
    Ok((
        spring(incoming, "role")?.to_owned(),
        spring(incoming, "resource")?.to_owned(),
        spring(incoming, "action")?.to_owned(),
    ))
}
