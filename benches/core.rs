//! Measures the state machine by itself, with calls that need its decision, and checks that no memory of a warm call
//! stays. (Under a pass, a warm call does not reach it at all.)
//!
//! `cargo bench --bench core`. The code is native: the figures compare versions of the core with one another, and say
//! nothing about WebAssembly on a phone (benches/run.mjs).

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::hint::black_box;
    use std::rc::Rc;

    use criterion::{Criterion, Throughput};
    use wafer_client_wasm::core::{
        Address, CallId, CallOptions, Command, Goal, Input, Kind, Lifecycle, SentCall, Settings, Value, Word,
    };

    /// A value that is as cheap to pass around as the handle of a JS value.
    #[derive(Clone, Debug, PartialEq)]
    enum Handle {
        Nothing,
        Text(&'static str),
        Record(Rc<Vec<(Word, Handle)>>),
    }

    impl Value for Handle {
        fn kind(&self) -> Kind {
            match self {
                Handle::Nothing => Kind::Nothing,
                Handle::Text(_) => Kind::Scalar,
                Handle::Record(fields) if fields.is_empty() => Kind::Empty,
                Handle::Record(_) => Kind::Record,
            }
        }

        fn field(&self, name: Word) -> Self {
            match self {
                Handle::Nothing | Handle::Text(_) => Handle::Nothing,
                Handle::Record(fields) => fields
                    .iter()
                    .find(|(own, _)| *own == name)
                    .map_or(Handle::Nothing, |(_, value)| value.clone()),
            }
        }

        fn is(&self, text: Word) -> bool {
            matches!(self, Handle::Text(own) if *own == text.text())
        }

        fn integer(&self) -> i32 {
            0
        }

        fn unit(&self, index: u32) -> u32 {
            let Handle::Text(text) = self else { return Address::END };
            text.encode_utf16().nth(index as usize).map_or(Address::END, u32::from)
        }

        fn same(&self, other: &Self) -> bool {
            self == other
        }

        fn record() -> Self {
            Handle::Record(Rc::default())
        }

        fn with(self, name: Word, value: &Self) -> Self {
            let Handle::Record(fields) = self else { return self };
            let mut fields = Rc::unwrap_or_clone(fields);
            fields.push((name, value.clone()));
            Handle::Record(Rc::new(fields))
        }
    }

    /// An app whose session is live: its storage held one, and WeChat confirmed it.
    struct App {
        lifecycle: Lifecycle<Handle>,
        now_ms: f64,
        last_id: u32,
    }

    impl App {
        fn warm() -> Self {
            let mut app = App { lifecycle: Lifecycle::new(), now_ms: 1_700_000_000_000.0, last_id: 0 };
            let login_url = Address::of("https://api.example.com/login");
            app.handle(Input::Configure(Settings { login_url, ..Settings::default() }));
            app.call();
            app
        }

        fn handle(&mut self, input: Input<Handle>) {
            self.now_ms += 1.0;
            self.lifecycle.handle(input, self.now_ms);
        }

        /// Makes a call that needs the session and answers every command until it succeeded.
        fn call(&mut self) {
            let id = self.start();
            while let Some(command) = self.lifecycle.poll() {
                match command {
                    Command::ReadSession => {
                        let stored = Handle::record()
                            .with(Word::Id, &Handle::Text("id"))
                            .with(Word::Skey, &Handle::Text("skey"));
                        self.handle(Input::Stored(stored));
                    }
                    Command::CheckSession(flight) => self.handle(Input::Checked { flight, valid: true }),
                    Command::Send { call, .. } => self.answer(call),
                    Command::Succeed(call) => assert_eq!(call, id, "the call that was made succeeds"),
                    Command::Wake(_) | Command::Session(_) => {}
                    other => panic!("a call under a good session asked for {other:?}"),
                }
            }
        }

        fn start(&mut self) -> CallId {
            self.last_id += 1;
            let id = CallId(self.last_id);
            let options = CallOptions {
                goal: Goal::Request,
                login: true,
                with_user_info: false,
                url: Handle::Text("https://api.example.com/user"),
                user_data: None,
            };
            self.handle(Input::Start(id, options));
            id
        }

        fn answer(&mut self, call: SentCall<Handle>) {
            self.handle(Input::Answered { call, status: 200, body: black_box(Handle::Nothing) });
        }

        /// Makes `count` calls before the first of them is answered.
        fn calls_at_once(&mut self, count: usize, sent: &mut Vec<SentCall<Handle>>) {
            for _ in 0..count {
                self.start();
            }
            self.take_sends(sent);
            for call in sent.drain(..) {
                self.answer(call);
            }
            let succeeded = std::iter::from_fn(|| self.lifecycle.poll()).count();
            assert_eq!(succeeded, count, "every call succeeds, and nothing else is asked for");
        }

        fn take_sends(&mut self, sent: &mut Vec<SentCall<Handle>>) {
            while let Some(command) = self.lifecycle.poll() {
                if let Command::Send { call, .. } = command {
                    sent.push(call);
                }
            }
        }
    }

    /// Checks that no memory of warm calls stays, neither of calls one after the other nor of a hundred at once. A warm
    /// call allocates only the address that the core judges.
    fn assert_nothing_of_warm_calls_stays() {
        const CALLS: usize = 100;
        let launch = allocation_counter::measure(|| drop(App::warm()));
        assert!(launch.bytes_total > 0, "the counter sees what a launch allocates");
        let mut app = App::warm();
        let mut sent = Vec::with_capacity(CALLS);
        app.calls_at_once(CALLS, &mut sent);
        let steady = allocation_counter::measure(|| (0..CALLS).for_each(|_| app.call()));
        let at_once = allocation_counter::measure(|| app.calls_at_once(CALLS, &mut sent));
        println!(
            "allocations of {CALLS} warm calls: {} one after the other, {} at once",
            steady.count_total, at_once.count_total
        );
        let stays = (steady.bytes_current, at_once.bytes_current);
        assert_eq!(stays, (0, 0), "nothing of a warm call stays");
    }

    pub fn main() {
        assert_nothing_of_warm_calls_stays();
        let mut criterion = Criterion::default().configure_from_args();
        let mut group = criterion.benchmark_group("inputs");
        // A call is two inputs: its start and its answer.
        group.throughput(Throughput::Elements(2));
        group.bench_function("warm call", |bencher| {
            let mut app = App::warm();
            bencher.iter(|| app.call());
        });
        group.throughput(Throughput::Elements(200));
        group.bench_function("100 warm calls at once", |bencher| {
            let mut app = App::warm();
            let mut sent = Vec::with_capacity(100);
            bencher.iter(|| app.calls_at_once(100, &mut sent));
        });
        group.throughput(Throughput::Elements(4));
        group.bench_function("launch: stored session, check, first call", |bencher| bencher.iter(App::warm));
        group.finish();
        criterion.final_summary();
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    native::main();
}

/// Nothing is measured in WebAssembly: criterion needs an operating system.
#[cfg(target_arch = "wasm32")]
fn main() {}
