//! The emergency card: what is shown when somebody wants to write down an emergency. Nothing is written then.

use crate::draft::{FieldId, Reason, Refusal};
use crate::lang::Lang;

/// A number to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmergencyNumber {
    /// The number.
    pub number: &'static str,
    /// Who answers.
    pub answers: &'static str,
}

/// The card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyCard {
    /// What to do, in one sentence.
    pub advice: String,
    /// The numbers, the police first.
    pub numbers: [EmergencyNumber; 3],
}

/// The card that is shown instead of recording an emergency.
pub fn emergency_card(lang: Lang) -> EmergencyCard {
    let words = match lang {
        Lang::Zh => ["报警", "火警", "急救"],
        Lang::En => ["police", "fire", "ambulance"],
    };
    let [police, fire, ambulance] = words;
    let number = |number, answers| EmergencyNumber { number, answers };
    EmergencyCard {
        advice: Refusal::new(FieldId::Urgency, Reason::Emergency).message(lang),
        numbers: [number("110", police), number("119", fire), number("120", ambulance)],
    }
}
