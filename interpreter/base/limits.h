#pragma once
/** @file Every bound in one list, with its unit and reason: no outside input may exhaust memory. */

/* YAML profile (language.md, "YAML"). */
#define SW_LIMIT_FILE_BYTES (1024u * 1024u) /**< one source file; a reviewer reads less */
#define SW_LIMIT_DEPTH 64u                  /**< nesting of YAML, JSON, XML and expressions */
#define SW_LIMIT_NODES 100000u              /**< nodes of one file */
#define SW_LIMIT_SCALAR_BYTES (64u * 1024u) /**< one scalar */
#define SW_LIMIT_KEY_BYTES 128u             /**< one mapping key */
#define SW_LIMIT_ID_BYTES 63u               /**< [a-z][a-z0-9_]{0,62} */
#define SW_LIMIT_DIAGS 100u                 /**< findings shown in one pass */
#define SW_LIMIT_FILES 10000u               /**< files that one command looks at */
#define SW_LIMIT_BASES 8                    /**< runbooks that extend one another */
#define SW_LIMIT_PARTS 64                   /**< files that one runbook is made of */
#define SW_LIMIT_BUNDLE_BYTES (8u * 1024u * 1024u) /**< all of them as one text */
#define SW_LIMIT_CALL_DEPTH 8                      /**< calls inside of calls */
#define SW_LIMIT_FRAMES 256                        /**< calls of one run, each place by itself */
#define SW_LIMIT_STEPS 10000                       /**< steps of one run with all that it calls */
#define SW_LIMIT_ITEMS 1000                        /**< items of one `each` */
#define SW_LIMIT_ZONE_BYTES (256u * 1024u)         /**< a time zone file; the largest has 4 KiB */
#define SW_LIMIT_LOOP_MAX 100                      /**< largest `max` of an arrow */
#define SW_LIMIT_PROOF_SETS 64u                    /**< smallest evidence sets kept at one step */
#define SW_LIMIT_MATCH_STEPS 100000u               /**< PCRE2 match limit of matches() */

/* Peers. */
#define SW_LIMIT_REPLY_BYTES (16u * 1024u * 1024u) /**< one HTTP reply body */
#define SW_LIMIT_URL_BYTES (16u * 1024u)           /**< signed operation URLs are 3 to 4 KB */
#define SW_LIMIT_JSON_NODES 1000000u               /**< values of one JSON text */

/* A run. */
#define SW_LIMIT_RECORDS 50000u                    /**< records of one journal */
#define SW_LIMIT_RECORD_BYTES (4u * 1024u * 1024u) /**< one record */
#define SW_LIMIT_ASKS 16u                          /**< looks of one probe attempt */
