/** The time zone of whoever makes an account: the field is there, and says UTC where no script runs. */

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

for (const field of document.querySelectorAll("[data-time-zone]")) field.value = timeZone || field.value;
