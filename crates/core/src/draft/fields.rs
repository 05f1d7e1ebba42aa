//! The fields people fill in, with their names on paper.

use crate::lang::codes;

codes! {
    /// A field of a form: what a [`crate::Refusal`] points at.
    FieldId {
        Village = "village", "村", "village";
        Town = "town", "镇（街道）", "town";
        Area = "area", "区划代码", "area code";
        Grid = "grid", "网格", "grid";
        Code = "code", "户编号", "household code";
        Doorplate = "doorplate", "门牌", "doorplate";
        Head = "head", "户主", "head of household";
        Phone = "phone", "电话", "phone";
        Members = "members", "人口", "number of members";
        Residence = "residence", "居住情况", "residence";
        ContactBy = "contact_by", "联系方式", "contact preference";
        ContactTime = "contact_time", "方便时间", "best time";
        Basis = "basis", "处理依据", "legal basis";
        NoticedOn = "noticed_on", "告知日期", "date of notice";
        ConsentedOn = "consented_on", "同意日期", "date of consent";
        ReviewBy = "review_by", "复核日期", "review date";
        Name = "name", "姓名", "name";
        Relation = "relation", "与户主关系", "relation to head";
        Born = "born", "出生年份", "birth year";
        Sex = "sex", "性别", "sex";
        Workers = "workers", "走访人", "workers";
        EnteredBy = "entered_by", "录入人", "person who entered it";
        Date = "date", "日期", "date";
        Time = "time", "时间", "time";
        Mode = "mode", "走访方式", "way of contact";
        Channel = "channel", "渠道", "channel";
        Note = "note", "走访情况", "note";
        NextOn = "next_on", "下次走访", "next visit";
        Title = "title", "标题", "title";
        Text = "text", "内容", "text";
        Weather = "weather", "天气", "weather";
        Place = "place", "地点", "place";
        Reflection = "reflection", "感想", "reflection";
        Tags = "tags", "标签", "tags";
        Month = "month", "月份", "month";
        Raiser = "raiser", "反映人", "person who raised it";
        Headcount = "headcount", "涉及人数", "number of people";
        Category = "category", "类别", "category";
        Kind = "kind", "类型", "kind";
        Urgency = "urgency", "紧急程度", "urgency";
        Number = "number", "编号", "number";
        Owner = "owner", "承办人", "owner";
        Due = "due", "办结期限", "due date";
        Reason = "reason", "理由", "reason";
        Way = "way", "反馈方式", "way of feedback";
        Branch = "branch", "支部", "branch";
        Roles = "roles", "角色", "roles";
        From = "from", "开始日期", "first day";
        To = "to", "结束日期", "last day";
    }
}
