//! Every order of events: the core is led through all of them, up to a bound, and each guarantee is looked at after
//! each step.
