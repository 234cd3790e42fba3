//! From whatever variant is there to one variant.
use super::engine::{Engine, Sink};
use super::{Config, Variant, Wording};
#[derive(Debug, Clone)]
pub(crate) struct Auto { engine: Option<Engine> }
impl Auto {
    pub(crate) fn new(variant: Variant, wording: Wording, engine: impl Fn(Config) -> Option<Engine>) -> Auto {
        let _ = (variant, wording);
        Auto { engine: engine(Config::Tw2s) }
    }
    pub(crate) fn run(&self, text: &str, sink: &mut impl Sink) {
        if let Some(engine) = &self.engine { engine.run(text, sink) }
    }
}
