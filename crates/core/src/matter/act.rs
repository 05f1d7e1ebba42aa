//! Steps: what was done, by whom, and what they had seen.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::draft::{Prose, ShortText};
use crate::ids::{DeviceMillis, DocId, RecordId, WorkerId};
use crate::matter::{ActKind, Closing, FeedbackWay, Level, Satisfaction, Solved};
use crate::record::Record;
use crate::value::Value;

/// Who is to handle a matter, how and until when.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The owner (承办人).
    pub owner: WorkerId,
    /// Those who assist (协办).
    pub co_owners: BTreeSet<WorkerId>,
    /// The level that handles it.
    pub level: Option<Level>,
    /// What is to be done.
    pub measures: Option<Prose>,
    /// The day it is due; where none is given, the village's rule says ([`crate::deadline::Deadlines`]).
    pub due: Option<NaiveDate>,
}

/// What a step does, with all it needs to do it.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Hands the matter to the branch.
    Submit,
    /// Solved on the spot.
    Solve {
        /// How.
        how: Prose,
    },
    /// Goes to somebody outside: 12345, the courts, arbitration.
    ReferOut {
        /// To whom.
        to: ShortText,
    },
    /// Studied at the analysis meeting or by the lead.
    Analyse {
        /// What was found.
        opinion: Option<Prose>,
    },
    /// Handed to an owner.
    Assign(Assignment),
    /// Handed from one owner to another.
    Transfer(Assignment),
    /// One more assists.
    Assist {
        /// Who.
        worker: WorkerId,
    },
    /// Handed to a studio or a team (党员工作室, 志愿服务队), one of whom owns it.
    Refer {
        /// The studio's document, if it has one.
        studio: Option<DocId>,
        /// What the studio or team is called.
        to: ShortText,
        /// Who of them has it in hand, and until when.
        assignment: Assignment,
    },
    /// The owner takes it.
    Accept,
    /// The owner begins.
    Start,
    /// The owner gives it back; once.
    Return {
        /// Why it is not theirs.
        reason: Prose,
    },
    /// The owner asks for more time.
    AskExtension {
        /// Until when.
        until: NaiveDate,
        /// The reason, which the resident is told.
        reason: Prose,
    },
    /// The request is answered.
    AnswerExtension {
        /// Whether it is granted.
        granted: bool,
        /// What is answered.
        answer: Option<Prose>,
        /// The day the resident was told of the new date and the reason.
        told_on: Option<NaiveDate>,
    },
    /// Goes up to the town.
    Escalate {
        /// Why.
        reason: Prose,
    },
    /// Put aside, explained to the resident.
    Park {
        /// The explanation.
        reason: Prose,
        /// When it is looked at again.
        recheck_on: NaiveDate,
    },
    /// The same as another matter, and handled there.
    Merge {
        /// The other matter.
        into: DocId,
    },
    /// Holds several concerns, some of which go on as matters of their own; each names this one as what it was split from.
    Split {
        /// The new matters.
        parts: BTreeSet<DocId>,
    },
    /// Much like another matter, which stays a matter of its own.
    Similar {
        /// The other matter.
        to: DocId,
    },
    /// Not taken up.
    Decline {
        /// Why.
        reason: Prose,
    },
    /// Reported done; nobody has verified it yet.
    Done {
        /// What was done.
        result: Prose,
    },
    /// The resident was told.
    Feedback {
        /// How.
        way: FeedbackWay,
        /// When.
        on: NaiveDate,
    },
    /// The residents' verdict. The owner neither collects nor writes it (报办分离).
    Evaluate {
        /// Whether it is solved.
        solved: Solved,
        /// How satisfied they are.
        satisfaction: Satisfaction,
        /// Their words.
        grounds: Option<Prose>,
        /// Who asked them, if another than whoever writes this step.
        collected_by: Option<WorkerId>,
        /// The day they were asked, if another than that of the step.
        on: Option<NaiveDate>,
    },
    /// Closed.
    Close {
        /// How.
        closing: Closing,
    },
    /// Taken up again.
    Reopen {
        /// Why.
        grounds: Prose,
    },
    /// The resident takes it back.
    Withdraw,
    /// Somebody watches over it.
    Supervise {
        /// What they ask for.
        note: Prose,
    },
    /// Posted on the public board.
    Post {
        /// The day.
        on: NaiveDate,
    },
    /// A remark.
    Note {
        /// The remark.
        note: Prose,
        /// The day the resident was spoken to, if that is what it tells.
        contacted_on: Option<NaiveDate>,
    },
    /// Where two steps cannot both stand, says which one does.
    Settle {
        /// The step that stands.
        stands: RecordId,
    },
    /// An act of a newer version, or one that lacks what it needs. Kept, shown, and without effect.
    Unreadable(Record),
}

impl Act {
    /// Which act it is; `None` for one that is unreadable here.
    pub fn kind(&self) -> Option<ActKind> {
        Some(match self {
            Act::Submit => ActKind::Submit,
            Act::Solve { .. } => ActKind::Solve,
            Act::ReferOut { .. } => ActKind::ReferOut,
            Act::Analyse { .. } => ActKind::Analyse,
            Act::Assign(_) => ActKind::Assign,
            Act::Transfer(_) => ActKind::Transfer,
            Act::Assist { .. } => ActKind::Assist,
            Act::Refer { .. } => ActKind::Refer,
            Act::Accept => ActKind::Accept,
            Act::Start => ActKind::Start,
            Act::Return { .. } => ActKind::Return,
            Act::AskExtension { .. } => ActKind::AskExtension,
            Act::AnswerExtension { .. } => ActKind::AnswerExtension,
            Act::Escalate { .. } => ActKind::Escalate,
            Act::Park { .. } => ActKind::Park,
            Act::Merge { .. } => ActKind::Merge,
            Act::Split { .. } => ActKind::Split,
            Act::Similar { .. } => ActKind::Similar,
            Act::Decline { .. } => ActKind::Decline,
            Act::Done { .. } => ActKind::Done,
            Act::Feedback { .. } => ActKind::Feedback,
            Act::Evaluate { .. } => ActKind::Evaluate,
            Act::Close { .. } => ActKind::Close,
            Act::Reopen { .. } => ActKind::Reopen,
            Act::Withdraw => ActKind::Withdraw,
            Act::Supervise { .. } => ActKind::Supervise,
            Act::Post { .. } => ActKind::Post,
            Act::Note { .. } => ActKind::Note,
            Act::Settle { .. } => ActKind::Settle,
            Act::Unreadable(_) => return None,
        })
    }

    /// The act a JSON object says (`{"act": "park", "text": …, "on": …}`, the fields a step is stored with); `None` when
    /// it names no act of this version or lacks what its act needs.
    pub fn from_json(json: &str) -> Option<Act> {
        Act::parse(&mut Record::of(&Scalar::from(json))?)
    }

    /// The words that were written with it; none for an act without any.
    pub fn words(&self) -> Option<Prose> {
        self.to_record().take("text")
    }

    fn of(record: Record) -> Act {
        let mut fields = record.clone();
        Act::parse(&mut fields).unwrap_or(Act::Unreadable(record))
    }

    fn parse(record: &mut Record) -> Option<Act> {
        Some(match record.take::<ActKind>("act")? {
            ActKind::Submit => Act::Submit,
            ActKind::Solve => Act::Solve { how: record.take("text")? },
            ActKind::ReferOut => Act::ReferOut { to: record.take("to")? },
            ActKind::Analyse => Act::Analyse { opinion: record.take("text") },
            ActKind::Assign => Act::Assign(Assignment::parse(record)?),
            ActKind::Transfer => Act::Transfer(Assignment::parse(record)?),
            ActKind::Assist => Act::Assist { worker: record.take("worker")? },
            ActKind::Refer => Act::Refer {
                studio: record.take("studio"),
                to: record.take("to")?,
                assignment: Assignment::parse(record)?,
            },
            ActKind::Accept => Act::Accept,
            ActKind::Start => Act::Start,
            ActKind::Return => Act::Return { reason: record.take("text")? },
            ActKind::AskExtension => Act::AskExtension { until: record.take("on")?, reason: record.take("text")? },
            ActKind::AnswerExtension => Act::AnswerExtension {
                granted: record.take("granted")?,
                answer: record.take("text"),
                told_on: record.take("on"),
            },
            ActKind::Escalate => Act::Escalate { reason: record.take("text")? },
            ActKind::Park => Act::Park { reason: record.take("text")?, recheck_on: record.take("on")? },
            ActKind::Merge => Act::Merge { into: record.take("into")? },
            ActKind::Split => {
                let parts: BTreeSet<DocId> = record.take_all("parts").into_iter().collect();
                Act::Split { parts: Some(parts).filter(|parts| !parts.is_empty())? }
            }
            ActKind::Similar => Act::Similar { to: record.take("similar")? },
            ActKind::Decline => Act::Decline { reason: record.take("text")? },
            ActKind::Done => Act::Done { result: record.take("text")? },
            ActKind::Feedback => Act::Feedback { way: record.take("way")?, on: record.take("on")? },
            ActKind::Evaluate => Act::Evaluate {
                solved: record.take("solved")?,
                satisfaction: record.take("satisfaction")?,
                grounds: record.take("text"),
                collected_by: record.take("collected_by"),
                on: record.take("on"),
            },
            ActKind::Close => Act::Close { closing: record.take("closing")? },
            ActKind::Reopen => Act::Reopen { grounds: record.take("text")? },
            ActKind::Withdraw => Act::Withdraw,
            ActKind::Supervise => Act::Supervise { note: record.take("text")? },
            ActKind::Post => Act::Post { on: record.take("on")? },
            ActKind::Note => Act::Note { note: record.take("text")?, contacted_on: record.take("on") },
            ActKind::Settle => Act::Settle { stands: record.take("stands")? },
        })
    }

    fn to_record(&self) -> Record {
        let mut record = Record::default();
        record.put("act", self.kind().as_ref());
        match self {
            Act::Submit | Act::Accept | Act::Start | Act::Withdraw => {}
            Act::Solve { how: text }
            | Act::Return { reason: text }
            | Act::Escalate { reason: text }
            | Act::Decline { reason: text }
            | Act::Done { result: text }
            | Act::Reopen { grounds: text }
            | Act::Supervise { note: text } => record.put("text", Some(text)),
            Act::ReferOut { to } => record.put("to", Some(to)),
            Act::Analyse { opinion } => record.put("text", opinion.as_ref()),
            Act::Assign(assignment) | Act::Transfer(assignment) => assignment.write(&mut record),
            Act::Refer { studio, to, assignment } => {
                record.put("studio", studio.as_ref());
                record.put("to", Some(to));
                assignment.write(&mut record);
            }
            Act::Assist { worker } => record.put("worker", Some(worker)),
            Act::AskExtension { until: on, reason } | Act::Park { reason, recheck_on: on } => {
                record.put("on", Some(on));
                record.put("text", Some(reason));
            }
            Act::AnswerExtension { granted, answer, told_on } => {
                record.put("granted", Some(granted));
                record.put("text", answer.as_ref());
                record.put("on", told_on.as_ref());
            }
            Act::Merge { into } => record.put("into", Some(into)),
            Act::Split { parts } => record.put_all("parts", parts),
            Act::Similar { to } => record.put("similar", Some(to)),
            Act::Feedback { way, on } => {
                record.put("way", Some(way));
                record.put("on", Some(on));
            }
            Act::Evaluate { solved, satisfaction, grounds, collected_by, on } => {
                record.put("solved", Some(solved));
                record.put("satisfaction", Some(satisfaction));
                record.put("text", grounds.as_ref());
                record.put("collected_by", collected_by.as_ref());
                record.put("on", on.as_ref());
            }
            Act::Note { note, contacted_on } => {
                record.put("text", Some(note));
                record.put("on", contacted_on.as_ref());
            }
            Act::Close { closing } => record.put("closing", Some(closing)),
            Act::Post { on } => record.put("on", Some(on)),
            Act::Settle { stands } => record.put("stands", Some(stands)),
            Act::Unreadable(kept) => record = kept.clone(),
        }
        record
    }
}

impl Assignment {
    fn parse(record: &mut Record) -> Option<Self> {
        Some(Assignment {
            owner: record.take("owner")?,
            co_owners: record.take_all("co_owners").into_iter().collect(),
            level: record.take("level"),
            measures: record.take("text"),
            due: record.take("due"),
        })
    }

    fn write(&self, record: &mut Record) {
        record.put("owner", Some(&self.owner));
        record.put_all("co_owners", &self.co_owners);
        record.put("level", self.level.as_ref());
        record.put("text", self.measures.as_ref());
        record.put("due", self.due.as_ref());
    }
}

/// One step: a fact that is never rewritten.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Who did it.
    pub by: Option<WorkerId>,
    /// When, by their device's clock; shown, never used to order.
    pub at: Option<DeviceMillis>,
    /// The steps that were the latest ones known.
    pub after: BTreeSet<RecordId>,
    /// The day by which the next word is expected, by the rules in force when this was written: acceptance after an
    /// assignment, the first contact after an acceptance, feedback after it was done, a verdict after feedback.
    pub limit: Option<NaiveDate>,
    /// What was done.
    pub act: Act,
}

impl Act {
    /// To whom it hands the matter, if it does.
    pub fn assignment(&self) -> Option<&Assignment> {
        match self {
            Act::Assign(assignment) | Act::Transfer(assignment) | Act::Refer { assignment, .. } => Some(assignment),
            _ => None,
        }
    }
}

impl Step {
    /// The day it tells of: the one it names, or that of its author's device.
    pub fn day(&self) -> Option<NaiveDate> {
        let named = match &self.act {
            Act::Feedback { on, .. } => Some(*on),
            Act::Evaluate { on, .. } => *on,
            _ => None,
        };
        named.or(self.at.map(|at| at.in_china().date()))
    }

    /// Whether a judge lets this stand in a document: somebody did something this version can read.
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Step::from_scalar(scalar)
            .is_some_and(|step| step.by.is_some() && step.at.is_some() && step.act.kind().is_some())
    }
}

impl Value for Step {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Step {
            by: record.take("by"),
            at: record.take("at"),
            after: record.take_all("after").into_iter().collect(),
            limit: record.take("limit"),
            act: Act::of(record),
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.act.to_record();
        record.put("by", self.by.as_ref());
        record.put("at", self.at.as_ref());
        record.put_all("after", &self.after);
        record.put("limit", self.limit.as_ref());
        record.into_scalar()
    }
}
