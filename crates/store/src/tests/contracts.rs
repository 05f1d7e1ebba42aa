//! Every rule of the ports, on SQLite.

mod township {
    lianhu_testkit::township_contract!(super::super::township);
}

mod sealed_township {
    lianhu_testkit::township_contract!(super::super::sealed_township);
}

mod plain_phone {
    lianhu_testkit::phone_contract!(super::super::plain_phone);
}

mod phone {
    use super::super::{phone, reopen_phone};

    lianhu_testkit::phone_contract!(phone);

    #[test]
    fn a_reopened_phone_gives_the_same_answers() {
        lianhu_testkit::contract::phone::a_reopened_phone_gives_the_same_answers(&phone, &reopen_phone);
    }
}
