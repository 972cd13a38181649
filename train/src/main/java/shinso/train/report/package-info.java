/**
 * What a run looks like. A {@link shinso.train.report.Report} is one HTML file that needs neither
 * server nor network: numbers, curves, and {@link shinso.train.report.Section}s such as a confusion
 * matrix, the hardest mistakes, or any {@link shinso.train.figure.Figure}.
 */
@NullMarked
package shinso.train.report;

import org.jspecify.annotations.NullMarked;
