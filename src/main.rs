//! The command line of tieline: `tieline simulate`, `tieline info`, `tieline convert`, `tieline
//! generate`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
