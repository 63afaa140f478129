//! The account's menus: made over the API, conditional ones, and one made in the console.

mod matching;
mod selfmenu;
mod validate;

use std::sync::Mutex;

use serde_json::{Map, Value, json};

use crate::{fan::Fan, lock::lock};
pub use selfmenu::DrawnButton;
pub use validate::buttons_of;

/// The first `menuid`; each menu has a higher one.
const FIRST_ID: u64 = 208_379_533;

/// A menu for the fans of a rule.
#[derive(Clone)]
struct ConditionalMenu {
    id: u64,
    buttons: Vec<Value>,
    rule: Map<String, Value>,
}

#[derive(Default)]
struct State {
    /// With its `menuid`.
    default: Option<(u64, Vec<Value>)>,
    conditional: Vec<ConditionalMenu>,
    /// The buttons of `get_current_selfmenu_info`, as the console made them.
    console: Option<Vec<Value>>,
    made: u64,
}

impl State {
    fn next_id(&mut self) -> u64 {
        self.made += 1;
        FIRST_ID + self.made - 1
    }
}

/// All menus.
#[derive(Default)]
pub struct Menus(Mutex<State>);

impl Menus {
    /// Replaces the default menu, and one of the console.
    pub fn create(&self, buttons: Vec<Value>) {
        let mut state = lock(&self.0);
        let id = state.next_id();
        state.default = Some((id, buttons));
        state.console = None;
    }

    /// A menu as the console makes one, in the shape of `get_current_selfmenu_info`. It replaces those of the API.
    pub fn make_in_console(&self, buttons: Vec<Value>) {
        let mut state = lock(&self.0);
        state.default = None;
        state.conditional.clear();
        state.console = Some(buttons);
    }

    /// Removes the default menu, all conditional ones, and one of the console.
    pub fn delete(&self) {
        let mut state = lock(&self.0);
        let made = state.made;
        *state = State {
            made,
            ..State::default()
        };
    }

    /// `menu/get`: what was made over the API.
    pub fn get(&self) -> Option<Value> {
        let state = lock(&self.0);
        let (id, buttons) = state.default.as_ref()?;
        let mut shown = json!({ "menu": { "button": buttons } });
        if let (false, Some(fields)) = (state.conditional.is_empty(), shown.as_object_mut()) {
            fields.insert("menu".to_owned(), json!({ "button": buttons, "menuid": id }));
            let conditional = state.conditional.iter().rev();
            let conditional = conditional
                .map(|menu| json!({ "button": menu.buttons, "matchrule": menu.rule, "menuid": menu.id }))
                .collect();
            fields.insert("conditionalmenu".to_owned(), conditional);
        }
        Some(shown)
    }

    /// `get_current_selfmenu_info`.
    pub fn current(&self) -> Value {
        let state = lock(&self.0);
        let buttons = match (&state.default, &state.console) {
            (Some((_, buttons)), _) => buttons.iter().map(selfmenu::from_api).collect(),
            (None, Some(buttons)) => buttons.clone(),
            (None, None) => Vec::new(),
        };
        json!({ "is_menu_open": u8::from(!buttons.is_empty()), "selfmenu_info": { "button": buttons } })
    }

    /// Whether the console made the menu in force.
    pub fn is_of_console(&self) -> bool {
        lock(&self.0).console.is_some()
    }

    /// The buttons of the menu in force, for a drawing.
    pub fn drawn(&self) -> Vec<DrawnButton> {
        let current = self.current();
        let buttons = current.pointer("/selfmenu_info/button").and_then(Value::as_array);
        buttons.into_iter().flatten().map(selfmenu::drawn).collect()
    }

    /// Adds a conditional menu and returns its `menuid`.
    ///
    /// # Errors
    ///
    /// 65303 without a default menu, 65304 for an empty rule.
    pub fn add_conditional(&self, buttons: Vec<Value>, rule: Map<String, Value>) -> Result<u64, i64> {
        let mut state = lock(&self.0);
        if state.default.is_none() {
            return Err(65303);
        }
        if matching::is_empty(&rule) {
            return Err(65304);
        }
        let id = state.next_id();
        state.conditional.push(ConditionalMenu { id, buttons, rule });
        Ok(id)
    }

    /// # Errors
    ///
    /// 65301 if no conditional menu has this id.
    pub fn delete_conditional(&self, id: u64) -> Result<(), i64> {
        let mut state = lock(&self.0);
        let before = state.conditional.len();
        state.conditional.retain(|menu| menu.id != id);
        (state.conditional.len() < before).then_some(()).ok_or(65301)
    }

    /// The buttons that a fan sees: those of the newest conditional menu whose rule fits, or the default ones.
    pub fn try_match(&self, fan: &Fan) -> Option<Vec<Value>> {
        let state = lock(&self.0);
        let fitting = state
            .conditional
            .iter()
            .rev()
            .find(|menu| matching::fits(&menu.rule, fan));
        fitting
            .map(|menu| menu.buttons.clone())
            .or_else(|| state.default.as_ref().map(|(_, buttons)| buttons.clone()))
    }

    /// How many conditional menus there are.
    pub fn conditional_count(&self) -> usize {
        lock(&self.0).conditional.len()
    }
}
