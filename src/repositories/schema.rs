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

// A `sql_name` is the name that existing databases have.
diesel::table! {
    #[sql_name = "session_endings"]
    session_revocations (id) {
        id -> BigInt,
        app_id -> Text,
        kind -> Text,
        subject -> Text,
        #[sql_name = "epoch"]
        generation -> BigInt,
        #[sql_name = "ended_at"]
        revoked_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    #[sql_name = "sign_out_epochs"]
    session_generations (app_id) {
        app_id -> Text,
        #[sql_name = "epoch"]
        generation -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(fans_profiles, session_generations);
