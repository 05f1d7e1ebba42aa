//! Deeds as JSON, for the tests that ask every kind.

/// Deeds of which tests make meetings that people write apart: matters 1 and 2 of the village 1, workers 1 to 4.
pub(in crate::meeting) const SAMPLES: &[&str] = &[
    r#"{"do":"call","village":"01010101-0101-8101-8101-010101010101","kind":"review","date":"2026-11-05",
        "chair":"03030303-0303-0303-0303-030303030303","workers":["01010101-0101-0101-0101-010101010101"]}"#,
    r#"{"do":"call","village":"01010101-0101-8101-8101-010101010101","kind":"assignment","date":"2026-11-06"}"#,
    r#"{"do":"change","place":"文化礼堂","recorder":"02020202-0202-0202-0202-020202020202"}"#,
    r#"{"do":"change","date":"2026-11-07","recorder":"04040404-0404-0404-0404-040404040404"}"#,
    r#"{"do":"attend","workers":["02020202-0202-0202-0202-020202020202"],"attendance":"present"}"#,
    r#"{"do":"attend","workers":["02020202-0202-0202-0202-020202020202"],"attendance":"left_out"}"#,
    r#"{"do":"guest","name":"沈阿姨","role":"居民代表"}"#,
    r#"{"do":"add_item","matter":"04010101-0101-8101-8101-010101010101","title":"河道垃圾"}"#,
    r#"{"do":"add_item","matter":"04020202-0202-8202-8202-020202020202","title":"路灯","five":"环境"}"#,
    r#"{"do":"add_item","title":"老年食堂","before":"mdhEmUhuddE"}"#,
    r#"{"do":"change_item","item":"mdhEmUhuddE","title":"河道清理"}"#,
    r#"{"do":"move_item","item":"mdhEmUhuddE"}"#,
    r#"{"do":"move_item","item":"SJKfmMvpnxk","before":"mdhEmUhuddE"}"#,
    r#"{"do":"drop_item","item":"mdhEmUhuddE"}"#,
    r#"{"do":"decide","matter":"04010101-0101-8101-8101-010101010101","title":"河道垃圾","decision":"assign",
        "owner":"01010101-0101-0101-0101-010101010101","due":"2026-11-20"}"#,
    r#"{"do":"decide","matter":"04010101-0101-8101-8101-010101010101","title":"河道垃圾","decision":"park",
        "text":"等疏浚","due":"2026-11-30"}"#,
    r#"{"do":"decide","title":"老年食堂","decision":"agree","text":"先试一个月"}"#,
    r#"{"do":"take_back","item":"mdhEmUhuddE"}"#,
    r#"{"do":"ballot","satisfied":9,"basically":2,"not":1,"no_answer":3}"#,
    r#"{"do":"ballot","matter":"04010101-0101-8101-8101-010101010101","satisfied":7,"yes":6,"no":1}"#,
    r#"{"do":"ballot","matter":"04010101-0101-8101-8101-010101010101","satisfied":8,"yes":6,"no":1}"#,
    r#"{"do":"minutes","text":"王建国：河里又有垃圾。"}"#,
    r#"{"do":"minutes","text":"王建国说，河里有垃圾。","read":"王建国：河里又有垃圾。"}"#,
    r#"{"do":"add_minutes","text":"李秀英：桥边路灯不亮。"}"#,
    r#"{"do":"hold"}"#,
    r#"{"do":"hold","on":"2026-11-06"}"#,
    r#"{"do":"close"}"#,
    r#"{"do":"publish"}"#,
    r#"{"do":"cancel","reason":"台风"}"#,
];

/// Deeds that are refused, one for each thing a person can get wrong about a meeting that was called and not held yet.
pub(in crate::meeting) const REFUSED: &[&str] = &[
    r#"{"do":"call","village":"01010101-0101-8101-8101-010101010101","kind":"party","date":"2026-11-05"}"#,
    r#"{"do":"call","village":"01010101-0101-8101-8101-010101010101","kind":"","date":"2026-11-05"}"#,
    r#"{"do":"call","village":"01010101-0101-8101-8101-010101010101","kind":"review","date":""}"#,
    r#"{"do":"call","village":"01010101-0101-8101-8101-010101010101","kind":"review","date":"下周"}"#,
    r#"{"do":"call","village":"04010101-0101-8101-8101-010101010101","kind":"review","date":"2026-11-05"}"#,
    r#"{"do":"call","village":"01010101-0101-8101-8101-010101010101","kind":"review","date":"2026-11-05","place":"一\n二"}"#,
    r#"{"do":"change","date":"2026-13-01"}"#,
    r#"{"do":"attend","workers":[],"attendance":"present"}"#,
    r#"{"do":"attend","workers":["02020202-0202-0202-0202-020202020202"],"attendance":"late"}"#,
    r#"{"do":"guest","role":"居民代表"}"#,
    r#"{"do":"guest","guest":"AQEBAQEBAQE","attendance":"present"}"#,
    r#"{"do":"add_item","title":""}"#,
    r#"{"do":"add_item","title":"找张三 13800138000"}"#,
    r#"{"do":"add_item","title":"路灯","before":"AQEBAQEBAQE"}"#,
    r#"{"do":"add_item","title":"路灯","matter":"02010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"drop_item","item":"AQEBAQEBAQE"}"#,
    r#"{"do":"decide","decision":"praise"}"#,
    r#"{"do":"decide","decision":"assign","due":"2026-11-20"}"#,
    r#"{"do":"decide","decision":"assign","owner":"01010101-0101-0101-0101-010101010101"}"#,
    r#"{"do":"decide","decision":"park","text":"等疏浚"}"#,
    r#"{"do":"decide","decision":"park","due":"2026-11-30"}"#,
    r#"{"do":"decide","decision":"agree"}"#,
    r#"{"do":"decide","decision":"assign","owner":"01010101-0101-0101-0101-010101010101","due":"2026-11-20","level":"moon"}"#,
    r#"{"do":"decide","decision":"agree","title":"老年食堂","text":"先试一个月"}"#,
    r#"{"do":"ballot"}"#,
    r#"{"do":"ballot","satisfied":-1}"#,
    r#"{"do":"ballot","satisfied":9}"#,
    r#"{"do":"add_minutes","text":" "}"#,
    r#"{"do":"minutes","text":"一\u0007二"}"#,
    r#"{"do":"hold","on":"上周"}"#,
    r#"{"do":"publish"}"#,
    r#"{"do":"cancel","reason":" "}"#,
];

/// The samples are no sham: together they make a meeting with everything in it.
#[test]
fn the_samples_make_whole_meetings() {
    use crate::deed::from_json;
    use crate::meeting::Meeting;
    use crate::testing::{doc, write};
    use crate::{DocKind, Document};

    let mut document = Document::new(doc(DocKind::Meeting, 1));
    let mut written = 0;
    let (opening, rest) = SAMPLES.split_at(1);
    let held = [r#"{"do":"hold"}"#];
    let deeds = opening.iter().chain(rest.iter().filter(|json| json.contains("item"))).chain(&held).chain(rest);
    for (n, json) in (1_u8..).zip(deeds) {
        let deed = from_json(DocKind::Meeting, json).unwrap();
        if let Ok(edit) = deed.edit(&document, &super::hand(2, n)) {
            written += usize::from(!edit.is_empty());
            write(&mut document, 2, edit);
        }
    }
    let meeting = Meeting::read(&document);
    assert!(written > SAMPLES.len() / 2, "{written}");
    assert!(meeting.items.len() > 2 && !meeting.decisions.is_empty() && meeting.ballots.len() == 2);
    assert!(meeting.course.steps.len() >= 2 && !meeting.guests.is_empty());
}
