//! `menu/*` and `get_current_selfmenu_info`.

use serde::Deserialize;
use serde_json::{Map, Value, json as value};

use super::{
    Answer,
    call::{Call, read},
    ok,
};
use crate::menus::buttons_of;

/// 创建自定义菜单.
pub fn create(call: &Call<'_>, body: &[u8]) -> Answer {
    let menu = menu_of(body)?;
    let buttons = buttons_of(&menu, false, &call.platform.settings.current())?;
    call.platform.menus.create(buttons);
    Ok(ok())
}

/// 获取自定义菜单配置: only what was made over the API.
pub fn get(call: &Call<'_>, _: &[u8]) -> Answer {
    Ok(call.platform.menus.get().ok_or(46003)?)
}

/// 查询自定义菜单信息: also what was made in the console.
pub fn current(call: &Call<'_>, _: &[u8]) -> Answer {
    Ok(call.platform.menus.current())
}

/// 删除自定义菜单, with all conditional ones.
pub fn delete(call: &Call<'_>, _: &[u8]) -> Answer {
    call.platform.menus.delete();
    Ok(ok())
}

/// 创建个性化菜单.
pub fn add_conditional(call: &Call<'_>, body: &[u8]) -> Answer {
    let menu = menu_of(body)?;
    let buttons = buttons_of(&menu, true, &call.platform.settings.current())?;
    let rule = menu
        .get("matchrule")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_else(Map::new);
    let id = call.platform.menus.add_conditional(buttons, rule)?;
    Ok(value!({ "menuid": id.to_string() }))
}

#[derive(Deserialize)]
struct MenuId {
    menuid: Value,
}

/// 删除个性化菜单. The id comes as text, and is taken as a number too.
pub fn delete_conditional(call: &Call<'_>, body: &[u8]) -> Answer {
    let MenuId { menuid } = read(body)?;
    let id = menuid.as_u64().or_else(|| menuid.as_str()?.parse().ok()).ok_or(65301)?;
    call.platform.menus.delete_conditional(id)?;
    Ok(ok())
}

#[derive(Deserialize)]
struct UserId {
    #[serde(default)]
    user_id: String,
}

/// 测试个性化菜单匹配结果, by openid. WeChat ids are unknown here.
pub fn try_match(call: &Call<'_>, body: &[u8]) -> Answer {
    let UserId { user_id } = read(body)?;
    let fan = call
        .platform
        .fans
        .get(&user_id)
        .filter(|fan| fan.subscribe)
        .ok_or(65302)?;
    let buttons = call.platform.menus.try_match(&fan).ok_or(46003)?;
    Ok(value!({ "button": buttons }))
}

/// The body as JSON: raw UTF-8, without any `\u`.
fn menu_of(body: &[u8]) -> Result<Value, i64> {
    if body.windows(2).any(|bytes| bytes == b"\\u") {
        return Err(40033);
    }
    read(body)
}
