// What shoppers read, by chain; `*` stands for every other chain. `npm run preview` shows a message as it would leave.

/** The templates of every environment: {chain}, {date} and {offers} are filled in. */
export const SMS_TEMPLATES: Readonly<Record<string, string>> = {
  "*": "{chain}: ofertas para voce hoje, {date}: {offers}. Responda SAIR para nao receber mais.",
};
