diesel::table! {
    fans_profiles (id) {
        id -> Text,
        app_id -> Text,
        openid -> Text,
        unionid -> Nullable<Text>,
        nickname -> Text,
        avatar_url -> Text,
        consented_at -> Timestamp,
        consent_version -> Text,
        profile_refreshed_at -> Timestamp,
        last_login_at -> Timestamp,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    session_endings (id) {
        id -> BigInt,
        app_id -> Text,
        kind -> Text,
        subject -> Text,
        epoch -> BigInt,
        ended_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    sign_out_epochs (app_id) {
        app_id -> Text,
        epoch -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(fans_profiles, sign_out_epochs);
