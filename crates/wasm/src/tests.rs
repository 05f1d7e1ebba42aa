//! Every call, natively, on a store of made-up data.
