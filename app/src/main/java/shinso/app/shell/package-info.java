/**
 * JShell for tensors. {@link shinso.app.shell.InteractiveShell} starts the JDK's own shell tool,
 * with its history, completion and editing, on the class path, the imports and the options of the
 * JVM that Shinso needs; {@link shinso.app.shell.ScriptRunner} runs files, and stops at the first
 * error with its line. A file may be a page in Markdown: its {@code java} blocks are the script,
 * and the {@code text} block behind one is what that prints, so that a tutorial is its own test.
 *
 * <p>Snippets run in this very process ({@link shinso.app.shell.ShellExecution}). A process of
 * their own, which is JShell's habit, would have to be given the options of the JVM again, would
 * start a second JVM, and could not show values but as text that it has made itself.
 */
@NullMarked
package shinso.app.shell;

import org.jspecify.annotations.NullMarked;
