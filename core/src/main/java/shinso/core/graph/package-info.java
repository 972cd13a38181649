/**
 * Graphs as data: the numbered, comparable form of a tensor expression that backends compile, and
 * the simplification that every backend profits from.
 */
@NullMarked
package shinso.core.graph;

import org.jspecify.annotations.NullMarked;
