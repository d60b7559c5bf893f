//! The command line of tieline: `tieline simulate`, `tieline info`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
