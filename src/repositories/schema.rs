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
        subscribed -> Nullable<Bool>,
        subscribed_at -> Nullable<Timestamp>,
        subscribe_scene -> Nullable<Text>,
        follow_checked_at -> Nullable<Timestamp>,
        unsubscribed_at -> Nullable<Timestamp>,
        profile_cleared_at -> Nullable<Timestamp>,
        avatar_object -> Nullable<Text>,
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

diesel::table! {
    jobs (id) {
        id -> Text,
        app_id -> Text,
        kind -> Text,
        subject -> Nullable<Text>,
        target -> Nullable<Text>,
        name -> Nullable<Text>,
        payload -> Text,
        run_at -> Timestamp,
        attempts -> Integer,
        locked_by -> Nullable<Text>,
        locked_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        failed_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    erasure_receipts (id) {
        id -> Text,
        app_id -> Text,
        reason -> Text,
        openid_hash -> Text,
        requested_at -> Timestamp,
        requested_at_ms -> BigInt,
        finished_at -> Nullable<Timestamp>,
        removed -> Nullable<Text>,
    }
}

diesel::table! {
    used_once (app_id, kind, hash) {
        app_id -> Text,
        kind -> Text,
        hash -> Text,
        result -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    push_receipts (app_id, hash) {
        app_id -> Text,
        hash -> Text,
        subject -> Nullable<Text>,
        answer -> Nullable<Text>,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    photos (id) {
        id -> Text,
        app_id -> Text,
        fan_id -> Text,
        sha256 -> Nullable<Text>,
        width -> Integer,
        height -> Integer,
        bytes -> BigInt,
        created_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    account_secrets (app_id, name) {
        app_id -> Text,
        name -> Text,
        secret -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        app_id -> Text,
        at -> Timestamp,
        actor_kind -> Text,
        actor -> Text,
        act -> Text,
        fan_id -> Nullable<Text>,
        details -> Text,
        position -> Nullable<BigInt>,
        prev -> Nullable<Text>,
        hash -> Nullable<Text>,
    }
}

diesel::table! {
    audit_chain (app_id) {
        app_id -> Text,
        position -> BigInt,
        hash -> Text,
        purged_position -> BigInt,
        purged_hash -> Text,
    }
}

diesel::table! {
    daily_counts (app_id, day, name) {
        app_id -> Text,
        day -> Date,
        name -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    daily_count_writers (app_id, writer) {
        app_id -> Text,
        writer -> Text,
        sequence -> BigInt,
        written_at -> Timestamp,
    }
}

diesel::table! {
    daily_count_closings (app_id, day) {
        app_id -> Text,
        day -> Date,
        closed_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(fans_profiles, session_generations);
diesel::allow_tables_to_appear_in_same_query!(daily_counts, daily_count_closings);
