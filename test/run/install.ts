import {
  missingRequirements,
  type Requirement,
  type RequirementName,
  requirements,
} from './requirements.ts'
import { findExecutable } from './executable.ts'
import { runQuietly } from './process.ts'

/** Another apt on the same machine may hold the lock: wait for it, but not for ever. */
const WAIT_FOR_LOCK = 'DPkg::Lock::Timeout=300'

/** Installs the programs this machine lacks, where that is ours to do, and names what is still missing. */
export async function installRequirements(): Promise<RequirementName[]> {
  const missing = missingRequirements()
  if (missing.length === 0 || !mayInstall()) return missing

  const packages = missing.map((name) => requirements[name].package)
  console.log(`installing ${packages.join(' ')} (apt-get) ...`)
  for (const command of aptCommands(packages)) {
    const result = await runQuietly(command, { DEBIAN_FRONTEND: 'noninteractive' })
    if (result.exitCode !== 0) {
      console.error(`${command.join(' ')} failed with ${result.exitCode}:\n${result.output}`)
      break
    }
  }
  const rows: Requirement[] = missing.map((name) => requirements[name])
  // Where the archive has no such package, the tests take longer, and that is all.
  for (const { quicker } of rows)
    if (quicker !== undefined)
      await runQuietly(installCommand([quicker]), { DEBIAN_FRONTEND: 'noninteractive' })
  return missingRequirements()
}

/** Only root on a Debian-like machine, a container mostly: nobody wants a test to change their laptop. */
function mayInstall(): boolean {
  return process.getuid?.() === 0 && findExecutable('apt-get') !== undefined
}

function aptCommands(packages: readonly string[]): string[][] {
  return [['apt-get', '-o', WAIT_FOR_LOCK, 'update'], installCommand(packages)]
}

function installCommand(packages: readonly string[]): string[] {
  return ['apt-get', '-o', WAIT_FOR_LOCK, 'install', '-y', '--no-install-recommends', ...packages]
}
