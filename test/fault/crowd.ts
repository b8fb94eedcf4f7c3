import type { CrowdOrder, Report } from './message.ts'
import { Party } from './party.ts'

/** Many clients in a process of their own, in groups. */
export class Crowd extends Party<CrowdOrder> {
  constructor() {
    super(import.meta.dir, ['crowd-process.ts'])
  }

  report(group: string): Promise<Report> {
    return this.ask<Report>({ type: 'report', group })
  }

  /** Asks again and again until something holds; throws when it does not in time. */
  async until(
    group: string,
    what: string,
    holds: (report: Report) => boolean,
    milliseconds = 30_000,
  ): Promise<Report> {
    for (const end = Date.now() + milliseconds; ; await Bun.sleep(100)) {
      const report = await this.report(group)
      if (holds(report)) return report
      if (Date.now() < end) continue
      const seen = JSON.stringify({ ...report, returns: report.returns.length })
      throw new Error(`Not within ${milliseconds} ms: ${what}\n${seen}`)
    }
  }
}
