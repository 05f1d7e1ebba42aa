//! The choices on a household's card and on a visit. Codes of national standards are the standards' own.

use crate::lang::codes;

codes! {
    /// Whether somebody lives in the house.
    Residence {
        LivedIn = "lived_in", "常住", "lived in";
        PartlyAway = "partly_away", "部分外出", "partly away";
        AllAway = "all_away", "全家外出", "all away";
        Empty = "empty", "空房", "empty";
        Renting = "renting", "新居民租住", "newcomers renting";
    }
}

codes! {
    /// How a household wants to be reached.
    ContactBy {
        Visit = "visit", "上门", "visit";
        Phone = "phone", "电话", "phone";
        WeChat = "wechat", "微信", "WeChat";
        DoNotDisturb = "none", "请勿打扰", "do not disturb";
    }
}

codes! {
    /// Care tags: sensitive personal information, off until a township switches them on.
    CareTag {
        Dibao = "dibao", "低保", "minimum living allowance";
        Tekun = "tekun", "特困", "destitute";
        NearDibao = "near_dibao", "低保边缘", "near the allowance line";
        Disabled = "disabled", "残疾", "disabled";
        Alone = "alone", "独居", "living alone";
        LeftBehind = "left_behind", "留守儿童", "left-behind child";
        ChildInNeed = "child_in_need", "困境儿童", "child in need";
        Honoured = "honoured", "优抚", "entitled to special care";
        SeriouslyIll = "seriously_ill", "重病", "seriously ill";
    }
}

impl CareTag {
    /// Whether it says that the household is in hardship (困难户): minimum living allowance, destitute, or near the allowance
    /// line. Others are a reason to look in, and not hardship by themselves.
    pub const fn is_hardship(self) -> bool {
        match self {
            CareTag::Dibao | CareTag::Tekun | CareTag::NearDibao => true,
            CareTag::Disabled
            | CareTag::Alone
            | CareTag::LeftBehind
            | CareTag::ChildInNeed
            | CareTag::Honoured
            | CareTag::SeriouslyIll => false,
        }
    }
}

codes! {
    /// Sex by GB/T 2261.1.
    Sex {
        Unknown = "0", "未知", "unknown";
        Male = "1", "男", "male";
        Female = "2", "女", "female";
        NotStated = "9", "未说明", "not stated";
    }
}

codes! {
    /// Relation to the head of household by GB/T 4761, one digit.
    Relation {
        Head = "0", "本人或户主", "self or head";
        Spouse = "1", "配偶", "spouse";
        Son = "2", "子", "son";
        Daughter = "3", "女", "daughter";
        Grandchild = "4", "孙子、孙女或外孙子、外孙女", "grandchild";
        Parent = "5", "父母", "parent";
        Grandparent = "6", "祖父母或外祖父母", "grandparent";
        Sibling = "7", "兄弟姐妹", "sibling";
        Other = "8", "其他", "other";
    }
}

codes! {
    /// How a visit was paid.
    VisitMode {
        Home = "home", "上门", "at home";
        Phone = "phone", "电话", "by phone";
        Road = "road", "路遇", "met on the road";
        Field = "field", "田间地头", "in the field";
        Studio = "studio", "工作室", "at the studio";
        WeChat = "wechat", "微信", "by WeChat";
    }
}

codes! {
    /// The occasion of a visit: the five channels of 五承办, an everyday one, a festival.
    VisitChannel {
        OvernightVisit = "overnight", "住夜走访上门", "overnight visit";
        RegularContact = "regular", "联系群众经常", "regular contact";
        OffHours = "off_hours", "错时上班及时", "off-hours service";
        VillageWeek = "village_week", "驻村一周现场", "a week in the village";
        OnRequest = "on_request", "群众点题集中", "raised by residents";
        Everyday = "everyday", "日常", "everyday";
        Festival = "festival", "节日", "festival";
    }
}

codes! {
    /// Who was met.
    Met {
        Head = "head", "户主", "the head";
        Family = "family", "家人", "family";
        Nobody = "nobody", "未遇", "nobody";
    }
}
