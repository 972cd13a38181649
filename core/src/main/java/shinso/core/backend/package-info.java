/**
 * What a backend is: something that turns a {@link shinso.core.graph.Graph} into an executable.
 * Backends are found with {@link java.util.ServiceLoader}. Memory lives in {@link
 * shinso.core.backend.Buffer}s; what the collector finds dead is used again.
 */
@NullMarked
package shinso.core.backend;

import org.jspecify.annotations.NullMarked;
