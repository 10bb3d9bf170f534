//! Explores the core to a depth that is named, and prints how many states there were.

fn main() {
    println!("nothing to explore yet");
}
