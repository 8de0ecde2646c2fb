#pragma once
/**
 * @file Access entries of shares: compared, and as one text that an action puts out, a person can
 * read, and a later run takes in again:
 *
 *     Team: Allow Change CONTOSO\Domain Users [S-1-5-21-...-513]; FSC\Team: Deny Full Everyone
 *
 * Windows allows none of `: ; [ ]` in the names of shares and accounts. A share of a cluster stands
 * with its scope in front; `*`, the scope of all others, is left out.
 */
#include "sdk/action.h"

/** Is there an entry of the same account, kind and right, as one that was given back: the account's
 * id or its name, since an account may be made anew meanwhile. */
bool sw_entry_is_among(const struct sw_value *entries, const struct sw_value *entry);
/** Are these entries ({account, sid, ...}) of one account? Where both ids are known, these tell: an
 * account that was made anew has its name and nothing else of the old one. */
bool sw_entry_is_of_same(const struct sw_value *a, const struct sw_value *b);
/** Is it the entry that keeps everybody out, as filesync/block-access adds it? */
bool sw_entry_shuts_out(const struct sw_value *entry);

/** Name and scope, without case. A scope that is missing is `*`. */
bool sw_share_is_same(const struct sw_value *a, const struct sw_value *b);

/** @param shares [{name, scope, access}]. @return text, or null with the reason where some name
 * holds what would end it */
const struct sw_value *sw_entries_text(struct sw_arena *arena, const struct sw_value *shares);

/** Read such a text strictly. @param ret_rows [{name, scope, account, sid, type, right}].
 * @errors SW_E_INPUT: which entry is not understood */
bool sw_entries_read(struct sw_arena *arena, const char *text, const struct sw_value **ret_rows,
                     struct sw_error *err);
