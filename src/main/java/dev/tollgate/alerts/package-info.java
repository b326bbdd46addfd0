/** Alerts: events that somebody wants to be told, and their way to webhooks, Slack, Teams and mailboxes. */
@NullMarked
package dev.tollgate.alerts;

import org.jspecify.annotations.NullMarked;
