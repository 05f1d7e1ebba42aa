//! Why a row was not taken, and what was worth saying about rows that were.

use serde::Serialize;

macro_rules! sentences {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum $name {
            $(#[doc = $en] #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// A stable code for machines.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)* }
            }

            /// What to tell a clerk, in Chinese.
            pub const fn zh(self) -> &'static str {
                match self { $($name::$variant => $zh,)* }
            }

            /// The same in English.
            pub const fn en(self) -> &'static str {
                match self { $($name::$variant => $en,)* }
            }
        }
    };
}

sentences! {
    /// Why a row was refused. A row goes in whole or not at all.
    Reason {
        CellError = "cell_error", "单元格是公式错误或无法识别的值，请改成文字。", "The cell holds a formula error or a value that is no text: type the text.";
        CellTooLong = "cell_too_long", "单元格内容过长（超过200字），请核对。", "The cell is longer than 200 characters: please check it.";
        NotPlain = "not_plain", "单元格里有换行或不可见字符，请改成一行文字。", "The cell holds a line break or an invisible character.";
        VillageMissing = "village_missing", "没有写行政村，请补上（CSV 文件须逐行填写）。", "The village is missing: fill it in (a CSV file needs it in every row).";
        VillageUnclear = "village_unclear", "分不清是哪个村：同名的村和社区都有，请写全称。", "A village and a community share this name: write it in full.";
        AreaCodeUnclear = "area_code_unclear", "村代码应为12位数字。", "The village code must have 12 digits.";
        NameMissing = "name_missing", "没有写党员姓名。", "The member's name is missing.";
        NameUnclear = "name_unclear", "姓名里有数字或符号，请核对。", "The name holds digits or signs: please check it.";
        PhoneUnclear = "phone_unclear", "电话号码位数不对（手机11位，座机可带区号），请核对后重填。", "The phone number has the wrong number of digits (a mobile has 11): please check it.";
        BirthUnclear = "birth_unclear", "出生年月不清楚，请写成“1990-01”的样子（1990.1 分不清是1月还是10月）。", "The month of birth is not clear: write it like 1990-01 (1990.1 may be January or October).";
        IdentityMissing = "identity_missing", "电话和出生年月都没有，无法与同名的人区分，请至少补一项。", "Neither phone nor month of birth: fill in one, to tell people of the same name apart.";
        DuplicateRow = "duplicate_row", "与另一行重复，内容相同或更少，已取另一行。", "The same as another row, or less than it: the other row was taken.";
        RowsContradict = "rows_contradict", "与另一行说的是同一对象，但内容不一致，两行都没有导入，请核对保留一行。", "Contradicts another row about the same one: neither was taken; keep the right one.";
        KnownOtherwise = "known_otherwise", "系统里该村已有同名党员，但电话和出生年月都对不上，请核对是不是同一人。", "The township already holds a member of this name with another phone: check whether it is the same person.";
        DoorplateMissing = "doorplate_missing", "没有写门牌号。", "The doorplate is missing.";
        HeadMissing = "head_missing", "没有写户主姓名。", "The head of the household is missing.";
        TwoHeads = "two_heads", "同一门牌写了不同的户主，几行都没有导入，请核对。", "One doorplate with different heads: none of the rows was taken.";
        DoorplateKnown = "doorplate_known", "系统里这个门牌登记的是另一位户主，请核对是否换了户主。", "The township holds this doorplate under another head: check whether the head has changed.";
        CountUnclear = "count_unclear", "家庭人口不清楚，请写数字。", "The number of people is not clear: write a number.";
        ChoiceUnclear = "choice_unclear", "填写的内容不在可选范围内，请核对。", "Not one of the possible choices: please check it.";
        DateUnclear = "date_unclear", "日期不存在或写法不清楚，请写成“2025-09-18”的样子。", "The date does not exist or is not clear: write it like 2025-09-18.";
        DatesReversed = "dates_reversed", "结束日期早于开始日期。", "The end lies before the beginning.";
        MemberUnknown = "member_unknown", "党员名册里该村没有这个人。", "The list of members has nobody of this name in the village.";
        MemberRefused = "member_refused", "这位党员在名册里的那一行没有导入，先改好名册。", "The member's own row was refused: correct the list of members first.";
        MemberAmbiguous = "member_ambiguous", "该村有同名党员，又没有写电话，分不清是哪一位。", "Several members of the village have this name and there is no phone to tell them apart.";
        MemberPhoneDiffers = "member_phone_differs", "党员电话与名册上的不一致，请核对。", "The member's phone differs from the list of members.";
        HouseholdUnknown = "household_unknown", "农户信息里该村没有这个门牌。", "The list of households has no such doorplate in the village.";
        HouseholdRefused = "household_refused", "这一户在农户信息里的那一行没有导入，先改好农户信息。", "The household's own row was refused: correct the list of households first.";
        HeadDiffers = "head_differs", "户主姓名与农户信息上的不一致，请核对。", "The head differs from the list of households.";
        LinkedTwice = "linked_twice", "这一户联了两位党员，几行都没有导入，请确定由谁联系。", "The household is linked to two members: none of the rows was taken; decide who keeps in touch.";
        LinkedElsewhere = "linked_elsewhere", "系统里这一户已由另一位党员联系，请先办理交接。", "The township already links this household to another member: hand it over first.";
        LinkKnownOtherwise = "link_known_otherwise", "系统里已有这条联户关系，但起始日期不同，请核对。", "The township already holds this link with another first day.";
    }
}

sentences! {
    /// Something to look at; it never keeps a row out.
    Warning {
        ManyLinks = "many_links", "联户超过10户，建议分给其他党员。", "More than 10 households: consider sharing them out.";
        ExemptWithLinks = "exempt_with_links", "名册上写明免联，却仍有联户。", "Exempt in the list of members, yet linked to households.";
        PhoneShared = "phone_shared", "两位党员写了同一个电话。", "Two members have the same phone.";
        VillageCodes = "village_codes", "同一个村写了不同的村代码，村代码没有采用。", "One village with different codes: none was taken.";
    }
}

sentences! {
    /// How cells were read; nothing was lost by it.
    Note {
        Tidied = "tidied", "去掉了空格或全角字符", "spaces or full-width characters were tidied";
        NumberAsPhone = "number_as_phone", "数字格式的电话按文字读取", "phones kept as numbers were read as text";
        SaysNothing = "says_nothing", "“无”“/”等按空白处理", "words for 'nothing' were read as blank";
        VillageShortened = "village_shortened", "“村民委员会”等按村名处理", "the village committee's name was read as the village's";
        VillageCompleted = "village_completed", "村名补上了“村”或“社区”", "the village's name was completed";
        CountRewritten = "count_rewritten", "人数改写成数字", "the number of people was rewritten in digits";
        DateRewritten = "date_rewritten", "日期改写成“年-月-日”", "the date was rewritten as year-month-day";
        PostWithoutRole = "post_without_role", "有的职务不对应任何权限，没有采用", "a post that stands for no role was left out";
        RemarkNotKept = "remark_not_kept", "备注不是免联原因，没有采用", "a remark that is no exemption was left out";
        FoundByName = "found_by_name", "没有写电话，按村内唯一的姓名对应", "without a phone, found by a name that is unique in the village";
        ColumnIgnored = "column_ignored", "这一列没有采用", "this column was left out";
        SheetIgnored = "sheet_ignored", "这张表不是党员名册、农户信息或联户关系，没有读取", "this sheet lists neither members, households nor links and was not read";
        SheetHidden = "sheet_hidden", "隐藏的表没有读取", "a hidden sheet was not read";
    }
}
