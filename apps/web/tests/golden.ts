/**
 * Views as the Rust side really makes them, of made-up data, held to the types of the contract. Written by the test
 * `every_view_is_what_the_page_was_promised` of `crates/wasm`; never by hand.
 */

import type { ApiError, Ok, State } from '../src/api';

export const write_entry = {
  "doc": "03c86b4e-96cd-8a32-8ba3-8a6730c9c55e",
  "id": "WlpaWlpaWjw"
} satisfies Ok<'write_entry'>;

export const raise_from_entry = {
  "matter": "045a5a5a-5a5a-8a36-8000-00000000006c"
} satisfies Ok<'raise_from_entry'>;

export const act = {
  "saved": "kept"
} satisfies Ok<'act'>;

export const diary = {
  "entries": [
    {
      "audience": "branch",
      "comments": [
        {
          "at": 1795654914000,
          "by": {
            "id": "01980001-0000-7000-8000-000000000000",
            "name": "沈建国"
          },
          "id": "xIPSVV2fVmU",
          "text": "已报修",
          "where": {
            "en": null,
            "is": "kept",
            "zh": null
          }
        }
      ],
      "conflict": false,
      "date": "2026-11-26",
      "doc": "03c86b4e-96cd-8a32-8ba3-8a6730c9c55e",
      "households": [
        {
          "id": "025a5a5a-5a5a-8a42-8000-000000000018",
          "title": "1组3号 王建国"
        }
      ],
      "id": "WlpaWlpaWjw",
      "matters": [
        {
          "id": "045a5a5a-5a5a-8a36-8000-00000000006c",
          "title": "李阿姨说桥边路灯不亮。"
        }
      ],
      "place": "桥头",
      "recorded_at": 1795654901000,
      "reflection": null,
      "tags": [
        "路灯"
      ],
      "text": "李阿姨说桥边路灯不亮。",
      "title": null,
      "weather": "晴",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    }
  ],
  "month": "2026-11",
  "months": [
    "2026-11"
  ]
} satisfies Ok<'diary'>;

export const today = {
  "attention": 0,
  "conflicts": 0,
  "day": "2026-11-26",
  "last_sync": null,
  "late": 0,
  "lease_days": null,
  "longest": [
    {
      "conflict": false,
      "doorplate": "1组12号",
      "due": null,
      "id": "025a5a5a-5a5a-8a79-8000-000000000023",
      "kind": "household",
      "last": null,
      "late": 0,
      "overdue": false,
      "owner": null,
      "records": 0,
      "state": null,
      "title": "单雄飞",
      "where": "kept",
      "withdrawn": false
    }
  ],
  "matters": [
    {
      "conflict": false,
      "doorplate": null,
      "due": "2026-12-07",
      "id": "045a5a5a-5a5a-8a19-8000-000000000043",
      "kind": "matter",
      "last": null,
      "late": 0,
      "overdue": false,
      "owner": {
        "id": "01980002-0000-7000-8000-000000000000",
        "name": "陆秀英"
      },
      "records": 3,
      "state": {
        "code": "assigned",
        "en": "assigned",
        "zh": "已交办"
      },
      "title": "水管保温",
      "where": "kept",
      "withdrawn": false
    },
    {
      "conflict": false,
      "doorplate": null,
      "due": null,
      "id": "045a5a5a-5a5a-8a36-8000-00000000006c",
      "kind": "matter",
      "last": null,
      "late": 0,
      "overdue": false,
      "owner": null,
      "records": 0,
      "state": {
        "code": "recorded",
        "en": "recorded",
        "zh": "已记录"
      },
      "title": "李阿姨说桥边路灯不亮。",
      "where": "kept",
      "withdrawn": false
    }
  ],
  "not_delivered": 18,
  "open_matters": 2,
  "quiet": false,
  "reminders": [
    {
      "about": "visit",
      "called": "1组3号 王建国",
      "doc": "025a5a5a-5a5a-8a42-8000-000000000018",
      "kind": "household",
      "on": "2026-11-26",
      "provisional": false,
      "what": null
    }
  ],
  "visits": [
    {
      "conflict": false,
      "doorplate": "1组3号",
      "due": null,
      "id": "025a5a5a-5a5a-8a42-8000-000000000018",
      "kind": "household",
      "last": "2026-11-26",
      "late": 0,
      "overdue": false,
      "owner": null,
      "records": 2,
      "state": null,
      "title": "王建国",
      "where": "kept",
      "withdrawn": false
    }
  ]
} satisfies Ok<'today'>;

export const village = {
  "categories": [
    "水利",
    "交通",
    "教育",
    "医疗卫生",
    "农业",
    "能源",
    "劳动社保",
    "环境保护",
    "城乡规划建设",
    "科技文体",
    "邻里纠纷",
    "公共安全",
    "村务监督",
    "政策咨询",
    "困难帮扶",
    "其他"
  ],
  "five_matters": [],
  "grids": [],
  "id": "01dbf2f9-bc96-8411-b1d2-4c0db1a02f10",
  "name": "火炬村",
  "people": [
    {
      "active": true,
      "branch": "第一支部",
      "id": "01980001-0000-7000-8000-000000000000",
      "name": "沈建国",
      "roles": [
        {
          "code": "branch_lead",
          "en": "branch lead",
          "zh": "支部书记"
        },
        {
          "code": "village_board",
          "en": "village board",
          "zh": "村两委"
        }
      ]
    },
    {
      "active": true,
      "branch": "第一支部",
      "id": "01980002-0000-7000-8000-000000000000",
      "name": "陆秀英",
      "roles": [
        {
          "code": "member",
          "en": "member",
          "zh": "联户党员"
        }
      ]
    }
  ],
  "quiet_hours": {
    "from": "21:00",
    "until": "07:00"
  },
  "town": "新塍镇"
} satisfies Ok<'village'>;

export const households = {
  "rows": [
    {
      "conflict": false,
      "doorplate": "1组12号",
      "due": null,
      "id": "025a5a5a-5a5a-8a79-8000-000000000023",
      "kind": "household",
      "last": null,
      "late": 0,
      "overdue": false,
      "owner": null,
      "records": 0,
      "state": null,
      "title": "单雄飞",
      "where": "kept",
      "withdrawn": false
    }
  ],
  "total": 1
} satisfies Ok<'households'>;

export const household = {
  "card": {
    "basis": null,
    "code": null,
    "consented_on": null,
    "contact_by": null,
    "contact_time": null,
    "doorplate": "1组3号",
    "grid": null,
    "group": null,
    "head": "王建国",
    "members": 4,
    "noticed_on": null,
    "phone": "13800138000",
    "residence": "lived_in",
    "review_by": null
  },
  "card_where": {
    "doorplate": {
      "en": null,
      "is": "kept",
      "zh": null
    },
    "head": {
      "en": null,
      "is": "kept",
      "zh": null
    },
    "members": {
      "en": null,
      "is": "kept",
      "zh": null
    },
    "phone": {
      "en": null,
      "is": "kept",
      "zh": null
    },
    "residence": {
      "en": null,
      "is": "kept",
      "zh": null
    }
  },
  "care": [],
  "disputed": [],
  "id": "025a5a5a-5a5a-8a42-8000-000000000018",
  "links": [
    {
      "id": "01980001-0000-7000-8000-000000000000",
      "name": "沈建国"
    }
  ],
  "matters": [
    {
      "conflict": false,
      "doorplate": null,
      "due": "2026-12-07",
      "id": "045a5a5a-5a5a-8a19-8000-000000000043",
      "kind": "matter",
      "last": null,
      "late": 0,
      "overdue": false,
      "owner": {
        "id": "01980002-0000-7000-8000-000000000000",
        "name": "陆秀英"
      },
      "records": 3,
      "state": {
        "code": "assigned",
        "en": "assigned",
        "zh": "已交办"
      },
      "title": "水管保温",
      "where": "kept",
      "withdrawn": false
    },
    {
      "conflict": false,
      "doorplate": null,
      "due": null,
      "id": "045a5a5a-5a5a-8a36-8000-00000000006c",
      "kind": "matter",
      "last": null,
      "late": 0,
      "overdue": false,
      "owner": null,
      "records": 0,
      "state": {
        "code": "recorded",
        "en": "recorded",
        "zh": "已记录"
      },
      "title": "李阿姨说桥边路灯不亮。",
      "where": "kept",
      "withdrawn": false
    }
  ],
  "may_keep": {
    "care": false,
    "residents": false
  },
  "plans": [],
  "residents": [],
  "title": "1组3号 王建国",
  "visits": [
    {
      "channel": "everyday",
      "conflict": false,
      "date": "2026-11-26",
      "entered_at": 1795654864000,
      "entered_by": {
        "id": "01980001-0000-7000-8000-000000000000",
        "name": "沈建国"
      },
      "id": "WlpaWlpaWhg",
      "matters": [
        {
          "id": "045a5a5a-5a5a-8a19-8000-000000000043",
          "title": "水管保温"
        }
      ],
      "met": "head",
      "mode": "home",
      "next_on": "2026-11-26",
      "note": "水管冻裂，想装保温",
      "recorded_at": 1795654864000,
      "time": "19:30",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "workers": [
        {
          "id": "01980001-0000-7000-8000-000000000000",
          "name": "沈建国"
        }
      ]
    },
    {
      "channel": null,
      "conflict": false,
      "date": "2026-11-20",
      "entered_at": 1795654875000,
      "entered_by": {
        "id": "01980001-0000-7000-8000-000000000000",
        "name": "沈建国"
      },
      "id": "WlpaWlpaWhQ",
      "matters": [],
      "met": "nobody",
      "mode": null,
      "next_on": null,
      "note": null,
      "recorded_at": 1795654875000,
      "time": null,
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "workers": [
        {
          "id": "01980001-0000-7000-8000-000000000000",
          "name": "沈建国"
        }
      ]
    }
  ],
  "visits_total": 2,
  "where": {
    "en": null,
    "is": "kept",
    "zh": null
  }
} satisfies Ok<'household'>;

export const matters = {
  "rows": [
    {
      "conflict": false,
      "doorplate": null,
      "due": "2026-12-07",
      "id": "045a5a5a-5a5a-8a19-8000-000000000043",
      "kind": "matter",
      "last": null,
      "late": 0,
      "overdue": false,
      "owner": {
        "id": "01980002-0000-7000-8000-000000000000",
        "name": "陆秀英"
      },
      "records": 3,
      "state": {
        "code": "assigned",
        "en": "assigned",
        "zh": "已交办"
      },
      "title": "水管保温",
      "where": "kept",
      "withdrawn": false
    }
  ],
  "total": 2
} satisfies Ok<'matters'>;

export const matter = {
  "category": "其他",
  "channel": null,
  "closing": null,
  "co_owners": [],
  "disputed": [],
  "due": "2026-12-07",
  "evaluation": null,
  "headcount": null,
  "household": {
    "id": "025a5a5a-5a5a-8a42-8000-000000000018",
    "title": "1组3号 王建国"
  },
  "id": "045a5a5a-5a5a-8a19-8000-000000000043",
  "kind": null,
  "level": "grid",
  "limits": [
    {
      "on": "2026-11-30",
      "overdue": false,
      "provisional": false,
      "what": {
        "code": "accept",
        "en": "acceptance",
        "zh": "受理"
      }
    },
    {
      "on": "2026-12-07",
      "overdue": false,
      "provisional": false,
      "what": {
        "code": "finish",
        "en": "completion",
        "zh": "办结"
      }
    }
  ],
  "next": [
    {
      "do": "note",
      "en": "note",
      "may": [
        "on"
      ],
      "needs": [
        "text"
      ],
      "zh": "备注"
    },
    {
      "do": "assist",
      "en": "assist",
      "may": [],
      "needs": [
        "worker"
      ],
      "zh": "协办"
    },
    {
      "do": "transfer",
      "en": "transfer",
      "may": [
        "due",
        "co_owners",
        "level",
        "text"
      ],
      "needs": [
        "owner"
      ],
      "zh": "转办"
    },
    {
      "do": "split",
      "en": "split",
      "may": [],
      "needs": [
        "parts"
      ],
      "zh": "拆分"
    },
    {
      "do": "similar",
      "en": "note a similar matter",
      "may": [],
      "needs": [
        "similar"
      ],
      "zh": "类似事项"
    },
    {
      "do": "supervise",
      "en": "supervise",
      "may": [],
      "needs": [
        "text"
      ],
      "zh": "督办"
    },
    {
      "do": "post",
      "en": "post on the board",
      "may": [
        "on"
      ],
      "needs": [],
      "zh": "公开"
    },
    {
      "do": "withdraw",
      "en": "withdraw",
      "may": [],
      "needs": [],
      "zh": "撤回"
    }
  ],
  "number": "1B56-C8FW",
  "numbered": false,
  "owner": {
    "id": "01980002-0000-7000-8000-000000000000",
    "name": "陆秀英"
  },
  "phone": null,
  "place": null,
  "posted_on": null,
  "raised": "household",
  "raiser": null,
  "recorded_by": {
    "id": "01980001-0000-7000-8000-000000000000",
    "name": "沈建国"
  },
  "recorded_on": "2026-11-26",
  "source": {
    "doc": "025a5a5a-5a5a-8a42-8000-000000000018",
    "record": "WlpaWlpaWhg"
  },
  "split_from": null,
  "state": {
    "code": "assigned",
    "en": "assigned",
    "zh": "已交办"
  },
  "text": "家里水管冻裂",
  "timeline": [
    {
      "act": {
        "code": "submit",
        "en": "submit",
        "zh": "上报"
      },
      "at": 1795654883000,
      "by": {
        "id": "01980001-0000-7000-8000-000000000000",
        "name": "沈建国"
      },
      "id": "JP0tI6XGGqs",
      "not_standing": null,
      "said": [],
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    },
    {
      "act": {
        "code": "assign",
        "en": "assign",
        "zh": "交办"
      },
      "at": 1795654889000,
      "by": {
        "id": "01980001-0000-7000-8000-000000000000",
        "name": "沈建国"
      },
      "id": "aFB_RmDeikE",
      "not_standing": null,
      "said": [
        {
          "en": "due date",
          "key": "due",
          "said_en": "2026-12-07",
          "said_zh": "2026-12-07",
          "zh": "办结期限"
        },
        {
          "en": "level",
          "key": "level",
          "said_en": "grid",
          "said_zh": "网格",
          "zh": "层级"
        },
        {
          "en": "owner",
          "key": "owner",
          "said_en": "陆秀英",
          "said_zh": "陆秀英",
          "zh": "承办人"
        },
        {
          "en": "text",
          "key": "text",
          "said_en": "本周内装好",
          "said_zh": "本周内装好",
          "zh": "内容"
        }
      ],
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    },
    {
      "act": {
        "code": "note",
        "en": "note",
        "zh": "备注"
      },
      "at": 1795654895000,
      "by": {
        "id": "01980001-0000-7000-8000-000000000000",
        "name": "沈建国"
      },
      "id": "hv0hS9qyY6I",
      "not_standing": null,
      "said": [
        {
          "en": "day",
          "key": "on",
          "said_en": "2026-11-25",
          "said_zh": "2026-11-25",
          "zh": "日期"
        },
        {
          "en": "text",
          "key": "text",
          "said_en": "已约好时间",
          "said_zh": "已约好时间",
          "zh": "内容"
        }
      ],
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    }
  ],
  "title": "水管保温",
  "urgency": "ordinary",
  "where": {
    "en": null,
    "is": "kept",
    "zh": null
  }
} satisfies Ok<'matter'>;

export const documents = {
  "rows": [
    {
      "conflict": false,
      "doorplate": null,
      "due": null,
      "id": "03c86b4e-96cd-8a32-8ba3-8a6730c9c55e",
      "kind": "diary",
      "last": "2026-11-26",
      "late": 0,
      "overdue": false,
      "owner": {
        "id": "01980001-0000-7000-8000-000000000000",
        "name": "沈建国"
      },
      "records": 1,
      "state": null,
      "title": "2026-11",
      "where": "kept",
      "withdrawn": false
    }
  ],
  "total": 1
} satisfies Ok<'documents'>;

export const plan = {
  "cause_other": null,
  "causes": [
    "illness"
  ],
  "confirmed": false,
  "effect": null,
  "goal": "冬天不断水",
  "helpers": [
    {
      "from": "2026-11-26",
      "id": "Ucm2sF2N30E",
      "to": null,
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "worker": {
        "id": "01980002-0000-7000-8000-000000000000",
        "name": "陆秀英"
      }
    }
  ],
  "household": {
    "id": "025a5a5a-5a5a-8a42-8000-000000000018",
    "title": "1组3号 王建国"
  },
  "id": "065a5a5a-5a5a-8a82-8000-0000000000d8",
  "measures": [
    {
      "amount": 30050,
      "content": "装保温层",
      "done_on": null,
      "due": "2026-12-01",
      "id": "DC5VIPiCkE8",
      "kind": null,
      "provider": null,
      "result": null,
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    }
  ],
  "next": [
    {
      "do": "report_done",
      "en": "report done",
      "may": [
        "on",
        "effect"
      ],
      "needs": [],
      "zh": "上报落实"
    },
    {
      "do": "review",
      "en": "review",
      "may": [
        "on",
        "next"
      ],
      "needs": [
        "words"
      ],
      "zh": "复核"
    },
    {
      "do": "end_early",
      "en": "end early",
      "may": [
        "on"
      ],
      "needs": [
        "reason"
      ],
      "zh": "提前结束"
    }
  ],
  "review_on": null,
  "status": {
    "code": "running",
    "en": "running",
    "zh": "帮扶中"
  },
  "timeline": [
    {
      "act": {
        "code": "begin",
        "en": "begin",
        "zh": "开始帮扶"
      },
      "at": 1795655027000,
      "by": {
        "id": "01980001-0000-7000-8000-000000000000",
        "name": "沈建国"
      },
      "id": "uxm9TtBkFHE",
      "not_standing": null,
      "said": [
        {
          "en": "day",
          "key": "on",
          "said_en": "2026-11-26",
          "said_zh": "2026-11-26",
          "zh": "日期"
        }
      ],
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    }
  ],
  "title": "冬天不断水",
  "where": {
    "en": null,
    "is": "kept",
    "zh": null
  }
} satisfies Ok<'plan'>;

export const my_pledge = {
  "id": "0739cc10-961b-8a36-9c16-7443d62a3001",
  "items": [
    {
      "baseline": "每月一户",
      "content": "每月走访两户",
      "due": "2026-12-31",
      "id": "wadCn8Q-fO8",
      "measured_by": "走访记录",
      "result": null,
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    }
  ],
  "next": [
    {
      "do": "approve",
      "en": "approve",
      "may": [],
      "needs": [],
      "zh": "审核通过"
    }
  ],
  "place": "村口",
  "reviews": [],
  "state": {
    "code": "draft",
    "en": "draft",
    "zh": "草稿"
  },
  "timeline": [],
  "title": "2026",
  "where": {
    "en": null,
    "is": "kept",
    "zh": null
  },
  "worker": {
    "id": "01980001-0000-7000-8000-000000000000",
    "name": "沈建国"
  },
  "year": 2026
} satisfies Ok<'my_pledge'>;

export const pledge = {
  "id": "0739cc10-961b-8a36-9c16-7443d62a3001",
  "items": [
    {
      "baseline": "每月一户",
      "content": "每月走访两户",
      "due": "2026-12-31",
      "id": "wadCn8Q-fO8",
      "measured_by": "走访记录",
      "result": null,
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    }
  ],
  "next": [
    {
      "do": "approve",
      "en": "approve",
      "may": [],
      "needs": [],
      "zh": "审核通过"
    }
  ],
  "place": "村口",
  "reviews": [],
  "state": {
    "code": "draft",
    "en": "draft",
    "zh": "草稿"
  },
  "timeline": [],
  "title": "2026",
  "where": {
    "en": null,
    "is": "kept",
    "zh": null
  },
  "worker": {
    "id": "01980001-0000-7000-8000-000000000000",
    "name": "沈建国"
  },
  "year": 2026
} satisfies Ok<'pledge'>;

export const meeting = {
  "attendees": [
    {
      "attendance": "invited",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "worker": {
        "id": "01980001-0000-7000-8000-000000000000",
        "name": "沈建国"
      }
    },
    {
      "attendance": "invited",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "worker": {
        "id": "01980002-0000-7000-8000-000000000000",
        "name": "陆秀英"
      }
    }
  ],
  "ballots": [],
  "branch": null,
  "chair": {
    "id": "01980001-0000-7000-8000-000000000000",
    "name": "沈建国"
  },
  "date": "2026-11-26",
  "guests": [
    {
      "attendance": "present",
      "id": "WjyDOKFO2sM",
      "name": "徐金花",
      "role": "居民代表",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    }
  ],
  "id": "055a5a5a-5a5a-8b73-8000-000000000129",
  "items": [
    {
      "decision": {
        "co_owners": [],
        "decision": "analyse",
        "due": null,
        "level": null,
        "owner": null,
        "target": null,
        "text": "先排查"
      },
      "five": null,
      "id": "xDW3o3yMubQ",
      "matter": {
        "id": "045a5a5a-5a5a-8a19-8000-000000000043",
        "title": "水管保温"
      },
      "title": "水管保温",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    }
  ],
  "kind": "analysis",
  "may": {
    "add_item": true,
    "add_minutes": true,
    "decide": true
  },
  "minutes": "到会两人。",
  "next": [
    {
      "do": "publish",
      "en": "publish",
      "may": [
        "on"
      ],
      "needs": [],
      "zh": "公开"
    },
    {
      "do": "close",
      "en": "close",
      "may": [],
      "needs": [],
      "zh": "结束"
    }
  ],
  "number": null,
  "place": "村部",
  "recorder": {
    "id": "01980002-0000-7000-8000-000000000000",
    "name": "陆秀英"
  },
  "state": {
    "code": "held",
    "en": "held",
    "zh": "已召开"
  },
  "time": "晚上七点",
  "timeline": [
    {
      "act": {
        "code": "hold",
        "en": "hold",
        "zh": "召开"
      },
      "at": 1795655114000,
      "by": {
        "id": "01980001-0000-7000-8000-000000000000",
        "name": "沈建国"
      },
      "id": "vHQj6B6fmug",
      "not_standing": null,
      "said": [
        {
          "en": "day",
          "key": "on",
          "said_en": "2026-11-26",
          "said_zh": "2026-11-26",
          "zh": "日期"
        }
      ],
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      }
    }
  ],
  "title": "民情分析会",
  "where": {
    "en": null,
    "is": "kept",
    "zh": null
  }
} satisfies Ok<'meeting'>;

export const carry_out = {
  "left": [
    {
      "en": "not possible from where the matter stands",
      "matter": {
        "id": "045a5a5a-5a5a-8a19-8000-000000000043",
        "title": "水管保温"
      },
      "zh": "事项现在的状态下不能这样办理"
    }
  ],
  "taken": []
} satisfies Ok<'carry_out'>;

export const document = {
  "fields": [
    {
      "en": "causes",
      "key": "causes",
      "said_en": "illness",
      "said_zh": "因病",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "致困原因"
    },
    {
      "en": "made by",
      "key": "created_by",
      "said_en": "",
      "said_zh": "",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "建立人"
    },
    {
      "en": "goal",
      "key": "goal",
      "said_en": "冬天不断水",
      "said_zh": "冬天不断水",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "帮扶目标"
    },
    {
      "en": "helper · first day",
      "key": "helper/Ucm2sF2N30E/from",
      "said_en": "2026-11-26",
      "said_zh": "2026-11-26",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "帮扶人 · 开始日期"
    },
    {
      "en": "helper · worker",
      "key": "helper/Ucm2sF2N30E/worker",
      "said_en": "",
      "said_zh": "",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "帮扶人 · 人员"
    },
    {
      "en": "household",
      "key": "household",
      "said_en": "1组3号 王建国",
      "said_zh": "1组3号 王建国",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "户"
    },
    {
      "en": "measure · amount",
      "key": "measure/DC5VIPiCkE8/amount",
      "said_en": "300.50 yuan",
      "said_zh": "300.50 元",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "帮扶措施 · 金额"
    },
    {
      "en": "measure · content",
      "key": "measure/DC5VIPiCkE8/content",
      "said_en": "装保温层",
      "said_zh": "装保温层",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "帮扶措施 · 内容"
    },
    {
      "en": "measure · due date",
      "key": "measure/DC5VIPiCkE8/due",
      "said_en": "2026-12-01",
      "said_zh": "2026-12-01",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "帮扶措施 · 办结期限"
    },
    {
      "en": "step",
      "key": "step/uxm9TtBkFHE",
      "said_en": "act begin; day 2026-11-26",
      "said_zh": "办理动作 开始帮扶；日期 2026-11-26",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "办理步骤"
    },
    {
      "en": "village",
      "key": "village",
      "said_en": "火炬村",
      "said_zh": "火炬村",
      "where": {
        "en": null,
        "is": "kept",
        "zh": null
      },
      "zh": "村"
    }
  ],
  "id": "065a5a5a-5a5a-8a82-8000-0000000000d8",
  "kind": "plan",
  "title": "冬天不断水",
  "where": {
    "en": null,
    "is": "kept",
    "zh": null
  }
} satisfies Ok<'document'>;

export const complaints = [
  {
    "about": {
      "code": "asked_twice",
      "en": "the same fact asked for twice",
      "zh": "重复填报"
    },
    "date": "2026-11-26",
    "id": "0c5a5a5a-5a5a-8b32-8000-000000000168",
    "may": {
      "withdraw": true
    },
    "replies": [],
    "state": {
      "code": "waiting",
      "en": "waits for a reply",
      "zh": "待答复"
    },
    "text": "户数报了三遍。",
    "where": {
      "en": null,
      "is": "kept",
      "zh": null
    },
    "withdrawn_on": null
  }
] satisfies Ok<'complaints'>;

export const attention = [] satisfies Ok<'attention'>;

export const conflicts = [] satisfies Ok<'conflicts'>;

export const late = {
  "entries": [],
  "notices": []
} satisfies Ok<'late'>;

export const refused = {
  "code": "missing",
  "detail": null,
  "en": "Please fill in the text.",
  "field": "text",
  "hint_en": null,
  "hint_zh": null,
  "zh": "请填写“内容”。"
} satisfies ApiError;

export const state = {
  "aeroplane": false,
  "has_pin": false,
  "is": "ready",
  "owner": {
    "has_roster": true,
    "id": "01980001-0000-7000-8000-000000000000",
    "leads": true,
    "name": "沈建国",
    "not_enrolled_yet": false,
    "roles": [
      {
        "code": "branch_lead",
        "en": "branch lead",
        "zh": "支部书记"
      },
      {
        "code": "village_board",
        "en": "village board",
        "zh": "村两委"
      }
    ],
    "server": "https://lianhu.example",
    "township": "新塍镇",
    "village": "01dbf2f9-bc96-8411-b1d2-4c0db1a02f10",
    "village_name": "火炬村"
  },
  "storage": {
    "persisted": false,
    "quota": null,
    "used": null
  }
} satisfies State;

export const status = {
  "aeroplane": false,
  "attention": 0,
  "carried": 0,
  "conflicts": 0,
  "device": "5a5a5a5a5a5a5a5b0000000000000001",
  "documents": 10,
  "has_pin": false,
  "held": 0,
  "kept": 29,
  "key_fingerprint": "dc47 a84b 51ae 4938 62dd 41f5 325e ba83",
  "last_sync": null,
  "late": 0,
  "lease_days": null,
  "not_delivered": 29,
  "notices": 0,
  "online": true,
  "recorded": 0,
  "refused": 0,
  "storage": {
    "persisted": true,
    "quota": 2,
    "used": 1
  },
  "syncing": false,
  "township_fingerprint": null,
  "version": "0"
} satisfies Ok<'status'>;

