//! What the kernel says: CPU time and memory of processes, and how busy the machine is.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use nix::{
    sys::resource::{Resource, getrlimit, setrlimit},
    time::{ClockId, clock_getcpuclockid, clock_gettime},
    unistd::Pid,
};

/// CPU time that a process has used, in nanoseconds: user and kernel, ended threads included.
///
/// # Errors
/// There is no such process.
pub fn cpu(pid: u32) -> Result<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(i32::try_from(pid)?)).context("a process is gone")?;
    Ok(Duration::from(clock_gettime(clock)?))
}

/// CPU time of these together.
///
/// # Errors
/// One is gone.
pub fn cpu_of(pids: &[u32]) -> Result<Duration> {
    pids.iter().map(|pid| cpu(*pid)).sum()
}

/// CPU time of this process.
///
/// # Errors
/// The kernel has no such clock.
pub fn own_cpu() -> Result<Duration> {
    Ok(Duration::from(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?))
}

/// Resident memory of a process, in bytes.
///
/// # Errors
/// There is no such process.
pub fn resident(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    kilobytes(&status, "VmRSS").map(|kb| kb * 1024).context("a process without memory")
}

/// A field in kB of `/proc/PID/status` or `/proc/meminfo`.
fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.trim().strip_suffix(" kB")?.parse().ok()
}

/// Time that all processors together have worked since the start, in ticks of 10 ms.
///
/// # Errors
/// No `/proc`.
pub fn busy_ticks() -> Result<u64> {
    worked(&fs::read_to_string("/proc/stat")?).context("/proc/stat has no line of the processors")
}

/// Everything in the first line but idle and waiting for disks.
fn worked(stat: &str) -> Option<u64> {
    let fields: Vec<u64> = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().flat_map(str::parse).collect();
    // Guests' time stands in user's already.
    Some(fields.iter().take(8).sum::<u64>() - fields.get(3)? - fields.get(4)?)
}

/// How long, by `/proc/pressure/cpu`, anybody waited for a processor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pressure {
    /// In percent of the last ten seconds.
    pub avg10: f64,
    /// In microseconds since the start.
    pub total: u64,
}

impl Pressure {
    /// Now.
    ///
    /// # Errors
    /// The kernel keeps no such account.
    pub fn now() -> Result<Self> {
        let text = fs::read_to_string("/proc/pressure/cpu").context("the kernel does not say how busy it is")?;
        Self::parse(&text).context("/proc/pressure/cpu reads differently here")
    }

    fn parse(text: &str) -> Option<Self> {
        let some = text.lines().find_map(|line| line.strip_prefix("some "))?;
        let field = |name: &str| some.split(' ').find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
        Some(Self { avg10: field("avg10")?.parse().ok()?, total: field("total")?.parse().ok()? })
    }
}

/// The percentage of this time in which somebody waited for a processor.
///
/// # Errors
/// As [`Pressure::now`].
pub fn pressure_for(time: Duration) -> Result<f64> {
    let (begun, before) = (Instant::now(), Pressure::now()?.total);
    thread::sleep(time);
    let waited = Duration::from_micros(Pressure::now()?.total - before);
    Ok(100.0 * waited.as_secs_f64() / begun.elapsed().as_secs_f64())
}

/// Lets this process, and those it starts, open as many files as it may at all.
///
/// # Errors
/// That is too few for this many sockets.
pub fn allow_sockets(sockets: usize) -> Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    let (soft, _) = getrlimit(Resource::RLIMIT_NOFILE)?;
    ensure!(soft as usize > sockets + 200, "{sockets} sockets need more than the {soft} files that may be open");
    Ok(())
}

/// The machine in a few words.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Its processor.
    pub model: String,
    /// Processors that the kernel sees.
    pub cores: usize,
    /// Kernel and its version.
    pub kernel: String,
    /// Memory, in GB.
    pub memory_gb: f64,
}

impl Machine {
    /// This one.
    ///
    /// # Errors
    /// No `/proc`.
    pub fn here() -> Result<Self> {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo")?;
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let memory = kilobytes(&fs::read_to_string("/proc/meminfo")?, "MemTotal").unwrap_or_default();
        Ok(Self {
            model: model.map_or_else(|| "unknown".into(), |(_, model)| model.to_owned()),
            cores: thread::available_parallelism()?.get(),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            memory_gb: memory as f64 * 1024.0 / 1e9,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_by_its_name() {
        let status = "Name:\tboardwalk\nVmHWM:\t   20000 kB\nVmRSS:\t   12345 kB\nThreads:\t5\n";
        assert_eq!(kilobytes(status, "VmRSS"), Some(12345));
        assert_eq!(kilobytes(status, "Vm"), None);
        assert_eq!(kilobytes(status, "Threads"), None);
    }

    #[test]
    fn work_is_what_is_neither_idle_nor_waiting() {
        assert_eq!(worked("cpu  100 1 20 9000 500 3 4 5 100 0\ncpu0 1 2 3\n"), Some(100 + 1 + 20 + 3 + 4 + 5));
        assert_eq!(worked("intr 1 2\n"), None);
    }

    #[test]
    fn pressure_is_read_from_the_line_of_some() {
        let text = "some avg10=95.85 avg60=94.29 avg300=73.46 total=476310122\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
        assert_eq!(Pressure::parse(text), Some(Pressure { avg10: 95.85, total: 476_310_122 }));
        assert_eq!(Pressure::parse("full avg10=0.00 total=0\n"), None);
    }

    #[test]
    fn the_clock_of_this_process_runs_and_its_memory_counts() {
        let me = std::process::id();
        assert!(cpu(me).unwrap() > Duration::ZERO);
        let before = cpu(me).unwrap();
        assert!(own_cpu().unwrap() >= before);
        assert!(resident(me).unwrap() > 100_000);
    }
}
